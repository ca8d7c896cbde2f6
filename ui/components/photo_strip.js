// Shows a product's photos: one large, all in order below it, to choose and to drag into another order.
function element(tag, className, parent) {
  const made = document.createElement(tag)
  made.className = className
  if (parent) parent.append(made)
  return made
}

function build(root) {
  const stage = element('button', 'stage', root)
  stage.type = 'button'
  element('img', 'large', stage)
  element('div', 'missing', stage).textContent = 'This photo cannot be loaded'
  element('span', 'chip', stage)
  const strip = element('ol', 'strip', root)
  strip.setAttribute('role', 'listbox')
  strip.setAttribute('aria-label', 'Photos in order')
  return strip
}

function thumb(photo, strip) {
  const item = element('li', 'thumb', strip)
  item.dataset.id = photo.id
  item.setAttribute('role', 'option')
  const image = element('img', '', item)
  image.decoding = 'async'
  image.draggable = false
  image.alt = ''
  image.src = photo.small
  element('span', 'place', item)
  return item
}

function idsOf(strip) {
  return [...strip.children].map((item) => Number(item.dataset.id))
}

function number(strip) {
  ;[...strip.children].forEach((item, place) => {
    const title = place === 0 ? 'Primary photo' : `Photo ${place + 1}`
    item.setAttribute('aria-label', title)
    item.title = title
    item.querySelector('.place').textContent = place === 0 ? '★' : String(place + 1)
  })
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [photos, chosen, isSquare, mayOrder] = data
  const strip = parentElement.querySelector('.strip') || build(parentElement)
  const stage = parentElement.querySelector('.stage')
  const large = parentElement.querySelector('.large')

  const show = (id) => {
    const photo = photos.find((one) => one.id === id)
    if (large.getAttribute('src') !== photo.large) {
      stage.classList.remove('broken')
      large.onerror = () => stage.classList.add('broken')
      large.width = photo.width
      large.height = photo.height
      large.style.setProperty('--ratio', String(photo.width / photo.height))
      // The small one stands in until the large one is here.
      large.style.backgroundImage = `url("${photo.small}")`
      large.src = photo.large
    }
    const place = idsOf(strip).indexOf(id)
    const title = place === 0 ? 'Primary photo' : `Photo ${place + 1} of ${photos.length}`
    large.alt = title
    stage.setAttribute('aria-label', `Open: ${title}`)
    stage.querySelector('.chip').textContent = `${title} · ${photo.width} × ${photo.height}`
    for (const item of strip.children) {
      const isIt = Number(item.dataset.id) === id
      item.setAttribute('aria-selected', String(isIt))
      item.tabIndex = isIt ? 0 : -1
    }
    strip.dataset.chosen = id
  }

  const had = parentElement.activeElement?.closest?.('.thumb')?.dataset.id
  if (JSON.stringify(idsOf(strip)) !== JSON.stringify(photos.map((photo) => photo.id))) {
    strip.replaceChildren()
    photos.forEach((photo) => thumb(photo, strip))
    number(strip)
  }
  strip.hidden = photos.length < 2
  stage.classList.toggle('square', isSquare)
  strip.classList.toggle('square', isSquare)
  show(chosen)
  if (had) strip.querySelector(`[data-id="${Number(had)}"]`)?.focus()

  const choose = (item) => {
    show(Number(item.dataset.id))
    setTriggerValue('event', ['choose', [Number(item.dataset.id)]])
  }
  const reorder = () => {
    number(strip)
    show(Number(strip.dataset.chosen))
    setTriggerValue('event', ['order', idsOf(strip)])
  }
  stage.onclick = () => setTriggerValue('event', ['open', [Number(strip.dataset.chosen)]])
  strip.onclick = (event) => {
    const item = event.target.closest('.thumb')
    if (item) choose(item)
  }
  strip.onkeydown = (event) => {
    const item = event.target.closest('.thumb')
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!item || !step) return
    const items = [...strip.children]
    const other = items[items.indexOf(item) + step]
    event.preventDefault()
    event.stopPropagation()
    if (!other) return
    if (event.altKey && mayOrder) {
      if (step < 0) other.before(item)
      else other.after(item)
      item.focus()
      reorder()
    } else {
      choose(other)
      other.focus()
    }
  }

  for (const item of strip.children) item.draggable = mayOrder
  let before = ''
  strip.ondragstart = (event) => {
    const item = event.target.closest('.thumb')
    before = JSON.stringify(idsOf(strip))
    item.classList.add('dragged')
    event.dataTransfer.effectAllowed = 'move'
  }
  strip.ondragover = (event) => {
    const dragged = strip.querySelector('.dragged')
    if (!dragged) return
    event.preventDefault()
    const over = event.target.closest('.thumb')
    if (!over || over === dragged) return
    const box = over.getBoundingClientRect()
    if (event.clientX < box.left + box.width / 2) over.before(dragged)
    else over.after(dragged)
  }
  strip.ondragend = () => {
    strip.querySelector('.dragged')?.classList.remove('dragged')
    if (JSON.stringify(idsOf(strip)) !== before) reorder()
  }
}
