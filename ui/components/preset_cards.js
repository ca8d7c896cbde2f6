// Draws presets as cards. Names only ever become text or an attribute, never markup; colours are
// set only after they were found to be colours.
const COLOUR = /^#[0-9a-f]{6}$/i
const SHAPES = { 1: 'one', 2: 'two', 4: 'four' }

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function picture(parent, src, onerror) {
  const image = element('img', '', parent)
  image.alt = ''
  image.loading = 'lazy'
  image.decoding = 'async'
  image.onerror = () => {
    image.remove()
    onerror()
  }
  image.src = src
}

function stripes(colours) {
  const known = colours.filter((colour) => COLOUR.test(colour))
  if (known.length < 2) return known[0] || ''
  const step = 100 / known.length
  return `linear-gradient(90deg, ${known.map((c, at) => `${c} ${at * step}% ${(at + 1) * step}%`).join(', ')})`
}

function mosaic(face, tiles) {
  const box = element('div', `mosaic ${SHAPES[tiles.length] || 'one'}`, face)
  if (!tiles.length) element('div', 'tile', box, 'Nothing set yet')
  for (const item of tiles) {
    const tile = element('div', 'tile', box, item.colours.length ? '' : item.value)
    if (item.colours.length) tile.style.background = stripes(item.colours)
    else if (item.src) picture(tile, item.src, () => {})
  }
}

// The best picture there is; what cannot be loaded is passed over.
function show(face, sources, tiles) {
  if (!sources.length) mosaic(face, tiles)
  else picture(face, sources[0], () => show(face, sources.slice(1), tiles))
}

function build(item, grid) {
  const card = element('button', 'preset', element('li', '', grid))
  card.type = 'button'
  card.dataset.id = item.id
  show(element('div', 'face', card), item.sources, item.tiles)
  if (item.sign) element('span', 'sign', card, item.sign)
  const words = element('div', 'words', card)
  element('div', 'title', words, item.title).title = item.title
  element('div', 'text', words, item.text)
  element('div', item.is_used ? 'figures' : 'figures none', words, item.figures)
}

export default function ({ data, parentElement, setTriggerValue }) {
  let grid = parentElement.querySelector('.presets')
  if (!grid) {
    grid = element('ul', 'presets', parentElement)
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
    const card = event.target.closest('.preset')
    if (card) setTriggerValue('opened', card.dataset.id)
  }
}
