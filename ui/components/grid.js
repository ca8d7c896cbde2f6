// Draws the cards. Data only ever becomes text or an attribute, never markup.
const SVG = 'http://www.w3.org/2000/svg'
const STANDS = { running: 'Rendering', queued: 'Queued', failed: 'Failed' }
const EAGER = 12

function element(tag, className, parent) {
  const made = document.createElement(tag)
  made.className = className
  if (parent) parent.append(made)
  return made
}

function icon(d, size, parent) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`)
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', d)
  svg.append(path)
  parent.append(svg)
}

function noPicture(parent) {
  const ground = element('div', 'ground', parent)
  icon('M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01', 24, ground)
  element('div', 'note', ground)
  return ground
}

function picture(item, position, parent) {
  if (!item.src) return noPicture(parent)
  const image = element('img', `pic ${item.fit}`, parent)
  image.loading = position < EAGER ? 'eager' : 'lazy'
  image.decoding = 'async'
  image.alt = ''
  image.onerror = () => {
    const ground = noPicture()
    image.replaceWith(ground)
    ground.querySelector('.note').textContent = 'This picture cannot be loaded'
  }
  if (item.src.endsWith('/w320')) {
    image.sizes = '220px'
    image.srcset = `${item.src} 320w, ${item.src.slice(0, -4)}w640 640w`
  }
  image.src = item.src
}

function build(item, position) {
  const card = element('li', `card ${item.state}`)
  card.dataset.id = item.id
  card.dataset.shape = shape(item)
  const isDone = item.state === 'done'
  const open = element(isDone ? 'button' : 'div', 'open', card)
  if (isDone) {
    open.type = 'button'
    picture(item, position, open)
  } else {
    const ground = element('div', 'ground', open)
    if (item.state === 'running') element('i', '', element('div', 'bar', ground))
    element('div', 'note', ground)
    element('span', 'chip stand', card)
  }
  const meta = element('div', 'meta', open)
  const words = element('div', 'words', meta)
  element('div', 'title', words)
  element('div', 'sub', words)
  element('span', 'chip badge', meta)
  if (isDone) {
    const tick = element('button', 'tick', card)
    tick.type = 'button'
    tick.setAttribute('role', 'checkbox')
    icon('M3 8.5l3.2 3L13 5', 16, element('span', '', tick))
  }
  return card
}

// What cannot be changed in place: a card of another shape is built anew.
function shape(item) {
  return JSON.stringify([item.state, item.src, item.fit])
}

function write(card, selector, text) {
  const found = card.querySelector(selector)
  if (found && found.textContent !== text) found.textContent = text
}

function update(card, item, isSelected, selectable) {
  write(card, '.title', item.title)
  write(card, '.sub', item.subtitle)
  write(card, '.badge', item.badge)
  write(card, '.note', item.note)
  const badge = card.querySelector('.badge')
  badge.title = item.badge_label
  badge.className = `chip badge ${item.badge_tone}`
  if (item.badge_label) {
    badge.setAttribute('role', 'img')
    badge.setAttribute('aria-label', item.badge_label)
  }
  card.querySelector('.title').title = item.title
  if (item.state === 'running') {
    card.querySelector('.bar i').style.width = `${item.percent}%`
    write(card, '.stand', `${STANDS.running} ${item.percent}%`)
  } else if (item.state !== 'done') write(card, '.stand', item.stand || STANDS[item.state])
  card.classList.toggle('selected', isSelected)
  const tick = card.querySelector('.tick')
  if (!tick) return
  tick.hidden = !selectable
  tick.style.display = selectable ? '' : 'none'
  tick.setAttribute('aria-checked', String(isSelected))
  tick.setAttribute('aria-label', `Select ${item.title}`)
}

// How many cards a row has, read from where they are.
function columns(cards) {
  const top = cards[0].offsetTop
  const next = cards.findIndex((card) => card.offsetTop > top)
  return next < 0 ? cards.length : next
}

function rove(grid, target) {
  for (const button of grid.querySelectorAll('button.open, .tick')) button.tabIndex = -1
  const card = target || grid.querySelector('.card.done')
  if (!card) return
  for (const button of card.querySelectorAll('button')) button.tabIndex = 0
}

function move(grid, card, key) {
  const cards = [...grid.querySelectorAll('.card.done')]
  const all = [...grid.children]
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(all), ArrowUp: -columns(all) }[key]
  let next = cards.indexOf(card)
  if (key === 'Home') next = 0
  else if (key === 'End') next = cards.length - 1
  else next += step
  if (!cards[next]) return
  rove(grid, cards[next])
  cards[next].querySelector('.open').focus()
}

const KEYS = ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End']

export default function ({ data, parentElement, setTriggerValue }) {
  const [items, selectedIds, selectable] = data
  const selected = new Set(selectedIds)
  let grid = parentElement.querySelector('.grid')
  if (!grid) {
    grid = element('ul', 'grid', parentElement)
    grid.setAttribute('role', 'list')
  }
  grid.classList.toggle('picking', selectable && selected.size > 0)

  const toggle = (card) => {
    // Shown at once; the script's answer confirms it.
    const tick = card.querySelector('.tick')
    const isSelected = tick.getAttribute('aria-checked') !== 'true'
    tick.setAttribute('aria-checked', String(isSelected))
    card.classList.toggle('selected', isSelected)
    setTriggerValue('event', ['select', card.dataset.id])
  }
  const old = new Map([...grid.children].map((card) => [card.dataset.id, card]))
  const focused = parentElement.activeElement?.closest('.card')?.dataset.id
  items.forEach((item, position) => {
    let card = old.get(item.id)
    old.delete(item.id)
    if (!card || card.dataset.shape !== shape(item)) {
      const made = build(item, position)
      if (card) card.replaceWith(made)
      card = made
    }
    update(card, item, selected.has(item.id), selectable)
    if (grid.children[position] !== card) grid.insertBefore(card, grid.children[position] || null)
  })
  old.forEach((card) => card.remove())

  grid.onclick = (event) => {
    const card = event.target.closest('.card.done')
    if (!card) return
    if (selectable && event.target.closest('.tick')) toggle(card)
    else if (event.target.closest('.open')) setTriggerValue('event', ['open', card.dataset.id])
  }
  grid.onkeydown = (event) => {
    const card = event.target.closest('.card.done')
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return
    if (KEYS.includes(event.key)) move(grid, card, event.key)
    else if (selectable && (event.key === ' ' || event.key === 'x')) toggle(card)
    else return
    event.preventDefault()
  }
  grid.onfocusin = (event) => rove(grid, event.target.closest('.card.done'))
  grid.onkeyup = (event) => {
    // A button reacts to the release of the space bar; here its press has already turned the tick.
    if (selectable && event.key === ' ') event.preventDefault()
  }
  const current = focused && [...grid.children].find((card) => card.dataset.id === focused)
  rove(grid, current)
}
