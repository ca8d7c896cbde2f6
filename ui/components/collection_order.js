// Cards that are put into another order, by dragging or by the arrow keys. Names only ever become
// text or an attribute, never markup.
function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function build(item, list) {
  const card = element('li', 'card', list)
  card.dataset.id = item.id
  card.draggable = true
  card.tabIndex = 0
  card.title = item.title
  const photo = element('span', 'photo', card)
  if (item.src) {
    const image = element('img', '', photo)
    image.alt = ''
    image.draggable = false
    image.loading = 'lazy'
    image.onerror = () => image.remove()
    image.src = item.src
  }
  element('span', 'title', card, item.title)
}

function number(list) {
  ;[...list.children].forEach((card, place) => {
    card.setAttribute('aria-label', `${card.title}, ${place + 1} of ${list.children.length}`)
  })
}

export default function ({ data, parentElement, setStateValue }) {
  let list = parentElement.querySelector('.cards')
  if (!list) {
    list = element('ol', 'cards', parentElement)
    list.setAttribute('role', 'list')
    list.setAttribute('aria-label', 'Products in order; the arrow keys move the one in focus')
  }
  // Drawn anew only when other products are given: until it is saved, the order is the person's.
  const shown = JSON.stringify(data)
  if (list.dataset.shown !== shown) {
    list.dataset.shown = shown
    list.replaceChildren()
    for (const item of data) build(item, list)
    number(list)
  }

  const tell = () => {
    number(list)
    setStateValue('order', [...list.children].map((card) => card.dataset.id))
  }
  let dragged = null
  list.ondragstart = (event) => {
    dragged = event.target.closest('.card')
    event.dataTransfer.effectAllowed = 'move'
    dragged.classList.add('dragged')
  }
  list.ondragover = (event) => {
    const over = event.target.closest('.card')
    if (!dragged) return
    event.preventDefault()
    if (!over || over === dragged) return
    const cards = [...list.children]
    const isAfter = cards.indexOf(dragged) < cards.indexOf(over)
    list.insertBefore(dragged, isAfter ? over.nextSibling : over)
  }
  list.ondragend = () => {
    if (!dragged) return
    dragged.classList.remove('dragged')
    dragged = null
    tell()
  }
  list.onkeydown = (event) => {
    const card = event.target.closest('.card')
    const next = {
      ArrowLeft: () => card.previousSibling,
      ArrowUp: () => card.previousSibling,
      ArrowRight: () => card.nextSibling?.nextSibling,
      ArrowDown: () => card.nextSibling?.nextSibling,
      Home: () => list.firstChild,
      End: () => null,
    }[event.key]
    if (!card || !next) return
    event.preventDefault()
    event.stopPropagation()
    const before = next()
    if (before === undefined || (before === null && event.key.endsWith('Left'))) return
    if (before === null && event.key === 'ArrowUp') return
    if (before !== card) list.insertBefore(card, before)
    card.focus()
    tell()
  }
}
