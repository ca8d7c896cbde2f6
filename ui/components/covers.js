// Draws collections as cards. Names only ever become text or an attribute, never markup.
const SHAPES = ['none', 'one', 'two', 'three', 'four']

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function build(item, grid) {
  const card = element('button', 'collection', element('li', '', grid))
  card.type = 'button'
  card.dataset.id = item.id
  const mosaic = element('div', `mosaic ${SHAPES[item.covers.length]}`, card)
  if (!item.covers.length) element('div', 'tile', mosaic, 'No photos yet')
  for (const src of item.covers) {
    const image = element('img', '', element('div', 'tile', mosaic))
    image.alt = ''
    image.loading = 'lazy'
    image.decoding = 'async'
    image.onerror = () => image.remove()
    image.src = src
  }
  element('span', `status ${item.tone}`, card, item.status)
  const words = element('div', 'words', card)
  element('div', 'title', words, item.title).title = item.title
  element('div', 'sub', words, item.subtitle)
}

export default function ({ data, parentElement, setTriggerValue }) {
  let grid = parentElement.querySelector('.covers')
  if (!grid) {
    grid = element('ul', 'covers', parentElement)
    grid.setAttribute('role', 'list')
  }
  // Drawn anew only when it changed, so that a rerun keeps the focus where it is.
  const shown = JSON.stringify(data)
  if (grid.dataset.shown !== shown) {
    grid.dataset.shown = shown
    grid.replaceChildren()
    for (const item of data) build(item, grid)
  }
  grid.onclick = (event) => {
    const card = event.target.closest('.collection')
    if (card) setTriggerValue('opened', card.dataset.id)
  }
}
