// Draws the pictures of the gallery. Data only ever becomes text or an attribute, never markup.
const SVG = 'http://www.w3.org/2000/svg'
const STANDS = { running: 'Rendering', queued: 'Queued', failed: 'Failed' }
const SIGNS = { approved: 'Approved', needs_edit: 'Needs edit', rejected: 'Rejected' }
const SIZES = { small: '150px', medium: '230px', large: '360px' }
const EAGER = 18
const PIN = 'M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5'

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

function picture(item, position, look, parent) {
  const image = element('img', `pic ${item.fit}`, parent)
  image.loading = position < EAGER ? 'eager' : 'lazy'
  image.decoding = 'async'
  image.alt = ''
  image.draggable = false
  image.onerror = () => {
    const ground = noPicture()
    image.replaceWith(ground)
    ground.querySelector('.note').textContent = 'This picture cannot be loaded'
  }
  // The small one comes first in words too: what is known of it decides what is loaded.
  image.sizes = SIZES[look.density]
  image.srcset = `${item.src}w320 320w, ${item.src}w640 640w`
  image.src = `${item.src}w320`
}

function build(item, position, look) {
  const card = element('li', `card ${item.state}`)
  card.dataset.id = item.id
  card.dataset.shape = shape(item, look)
  card.style.setProperty('--ratio', String(Math.min(2.4, Math.max(0.42, item.ratio))))
  const isDone = item.state === 'done'
  const open = element(isDone ? 'button' : 'div', 'open', card)
  if (isDone) {
    open.type = 'button'
    const face = element('div', 'face', open)
    picture(item, position, look, face)
    const pinned = element('span', 'pinned', face)
    icon(PIN, 16, pinned)
    const marks = element('div', 'marks', face)
    element('span', 'word', element('span', 'sign', marks))
    element('span', 'kind', marks)
    element('span', 'stack', marks)
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
  element('span', 'rating', meta)
  if (isDone) {
    const tick = element('button', 'tick', card)
    tick.type = 'button'
    tick.setAttribute('role', 'checkbox')
    icon('M3 8.5l3.2 3L13 5', 16, element('span', '', tick))
  }
  return card
}

// What cannot be changed in place: a card of another shape is built anew.
function shape(item, look) {
  return JSON.stringify([item.state, item.src, item.fit, item.ratio, look.density])
}

function write(card, selector, text) {
  const found = card.querySelector(selector)
  if (found && found.textContent !== text) found.textContent = text
  return found
}

function update(card, item) {
  write(card, '.title', item.title).title = item.title
  write(card, '.sub', item.subtitle)
  write(card, '.note', item.note)
  if (item.state === 'running') {
    card.querySelector('.bar i').style.width = `${item.percent}%`
    write(card, '.stand', `${STANDS.running} ${item.percent}%`)
  } else if (item.state !== 'done') write(card, '.stand', item.stand || STANDS[item.state])
  if (item.state !== 'done') return
  const sign = card.querySelector('.sign')
  sign.className = `sign ${item.review}`
  sign.hidden = !SIGNS[item.review]
  write(sign, '.word', SIGNS[item.review] || '')
  write(card, '.kind', item.kind)
  write(card, '.stack', item.stack ? `${item.stack + 1} alike` : '')
  write(card, '.rating', '★'.repeat(item.rating))
  card.querySelector('.rating').setAttribute('aria-hidden', 'true')
  card.querySelector('.pinned').hidden = !item.is_pinned
  card.classList.toggle('stacked', item.stack > 0)
  card.classList.toggle('rejected-one', item.review === 'rejected')
  const said = [item.title, item.subtitle]
  if (item.is_judged) said.push(SIGNS[item.review] || 'To review')
  if (item.rating) said.push(item.rating === 1 ? '1 star' : `${item.rating} stars`)
  if (item.is_pinned) said.push('pinned')
  if (item.stack) said.push(`${item.stack + 1} that look alike`)
  card.querySelector('.open').setAttribute('aria-label', said.filter(Boolean).join(', '))
}

function mark(card, isSelected, selectable) {
  card.classList.toggle('selected', isSelected)
  const tick = card.querySelector('.tick')
  if (!tick) return
  tick.style.display = selectable ? '' : 'none'
  tick.setAttribute('aria-checked', String(isSelected))
  tick.setAttribute('aria-label', `Select ${card.querySelector('.title').textContent}`)
}

function rove(grid, target) {
  for (const button of grid.querySelectorAll('button.open, .tick')) button.tabIndex = -1
  const card = target || grid.querySelector('.card.done')
  if (card) for (const button of card.querySelectorAll('button')) button.tabIndex = 0
}

function focus(grid, card) {
  rove(grid, card)
  card.querySelector('.open').focus()
}

function middle(card) {
  return card.offsetLeft + card.offsetWidth / 2
}

// The card in the row above or below whose middle is nearest: rows need not have equal cards.
function across(cards, card, by) {
  const tops = [...new Set(cards.map((one) => one.offsetTop))].sort((a, b) => a - b)
  const top = tops[tops.indexOf(card.offsetTop) + by]
  const row = cards.filter((one) => one.offsetTop === top)
  return row.sort((a, b) => Math.abs(middle(a) - middle(card)) - Math.abs(middle(b) - middle(card)))[0]
}

function goal(grid, card, key) {
  const cards = [...grid.querySelectorAll('.card.done')]
  const at = cards.indexOf(card)
  return {
    ArrowRight: () => cards[at + 1],
    ArrowLeft: () => cards[at - 1],
    ArrowDown: () => across(cards, card, 1),
    ArrowUp: () => across(cards, card, -1),
    Home: () => cards[0],
    End: () => cards[cards.length - 1],
  }[key]?.()
}

const MOVES = ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End']

export default function ({ data, parentElement, setTriggerValue }) {
  const [items, selectedIds, look] = data
  let grid = parentElement.querySelector('.grid')
  if (!grid) {
    grid = element('ul', 'grid', parentElement)
    grid.setAttribute('role', 'list')
    grid.memory = { sent: 0, ticked: new Set(), anchor: '', focused: 0 }
    const said = element('div', 'said', parentElement)
    said.setAttribute('aria-live', 'polite')
  }
  const memory = grid.memory
  grid.className = `grid pictures ${look.density} ${look.shape}`
  // What was ticked since the script last heard of it is not undone by what it knew then.
  memory.sent = Math.max(memory.sent, look.heard)
  if (look.heard >= memory.sent) memory.ticked = new Set(selectedIds)
  const selectable = look.selectable

  const old = new Map([...grid.children].map((card) => [card.dataset.id, card]))
  const held = parentElement.activeElement
  const active = held?.closest?.('.card')
  const wanted = new Set(items.map((item) => item.id))
  for (const [id, card] of old) if (!wanted.has(id)) card.remove()
  items.forEach((item, position) => {
    let card = old.get(item.id)
    if (!card || card.dataset.shape !== shape(item, look)) {
      const made = build(item, position, look)
      if (card?.isConnected) card.replaceWith(made)
      card = made
    }
    update(card, item)
    if (grid.children[position] !== card) grid.insertBefore(card, grid.children[position] || null)
  })

  const cards = () => [...grid.querySelectorAll('.card.done')]
  const redraw = () => {
    for (const card of cards()) mark(card, memory.ticked.has(card.dataset.id), selectable)
    grid.classList.toggle('picking', selectable && (memory.ticked.size > 0 || look.picking))
  }
  const tell = () => {
    redraw()
    memory.sent += 1
    const here = cards().map((card) => card.dataset.id)
    setTriggerValue('event', ['ticked', memory.sent, here.filter((id) => memory.ticked.has(id)), here])
    parentElement.querySelector('.said').textContent = `${memory.ticked.size} selected here`
  }
  const tick = (card, isTicked) => {
    if (isTicked) memory.ticked.add(card.dataset.id)
    else memory.ticked.delete(card.dataset.id)
  }
  const toggle = (card) => {
    tick(card, !memory.ticked.has(card.dataset.id))
    memory.anchor = card.dataset.id
    tell()
  }
  const range = (card) => {
    const all = cards()
    const from = all.findIndex((one) => one.dataset.id === memory.anchor)
    const to = all.indexOf(card)
    const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)]
    for (const one of all.slice(first, last + 1)) tick(one, true)
    if (from < 0) memory.anchor = card.dataset.id
    tell()
  }
  const open = (card) => setTriggerValue('event', ['open', card.dataset.id])

  grid.onclick = (event) => {
    const card = event.target.closest('.card.done')
    if (!card) return
    if (selectable && event.shiftKey) range(card)
    else if (selectable && (event.ctrlKey || event.metaKey || event.target.closest('.tick'))) toggle(card)
    else if (event.target.closest('.open')) open(card)
  }
  grid.onkeydown = (event) => {
    const card = event.target.closest('.card.done')
    if (!card || event.altKey) return
    const isCommand = event.ctrlKey || event.metaKey
    if (MOVES.includes(event.key) && !isCommand) {
      const next = goal(grid, card, event.key)
      if (next) {
        if (event.shiftKey && selectable) {
          if (!memory.ticked.has(card.dataset.id)) memory.anchor = card.dataset.id
          range(next)
        }
        focus(grid, next)
      }
    } else if (selectable && isCommand && event.key.toLowerCase() === 'a') {
      for (const one of cards()) tick(one, true)
      tell()
    } else if (isCommand) return
    else if (selectable && (event.key === ' ' || event.key.toLowerCase() === 'x')) toggle(card)
    else if (selectable && event.key === 'Escape' && memory.ticked.size) {
      memory.ticked.clear()
      tell()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  grid.onkeyup = (event) => {
    // A button reacts to the release of the space bar; here its press has already turned the tick.
    if (selectable && event.key === ' ') event.preventDefault()
  }
  grid.onfocusin = (event) => {
    const card = event.target.closest('.card.done')
    if (card) rove(grid, card)
  }
  grid.onmousedown = (event) => {
    // Else the browser would mark text from one card to the other.
    if (event.shiftKey) event.preventDefault()
  }
  redraw()
  if (active?.isConnected) {
    rove(grid, active)
    // A card that was moved has lost the focus and gets it back.
    if (parentElement.activeElement !== held) held.focus()
  } else rove(grid, null)
  const [turn, id] = look.focus
  if (turn > memory.focused) {
    memory.focused = turn
    const card = cards().find((one) => one.dataset.id === id)
    if (card) {
      focus(grid, card)
      card.scrollIntoView({ block: 'nearest' })
    }
  }
}
