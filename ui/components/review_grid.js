// Draws pictures to judge. Data only ever becomes text or an attribute, never markup.
const SVG = 'http://www.w3.org/2000/svg'
const STANDS = { running: 'Rendering', queued: 'Queued', failed: 'Failed' }
const EAGER = 12
const VERDICTS = [
  ['approved', 'Approve', 'A', 'M3 8.5l3.2 3L13 5'],
  ['needs_edit', 'Needs edit', 'E', 'M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2zM9.4 4.4l2.2 2.2'],
  ['rejected', 'Reject', 'X', 'M4 4l8 8M12 4l-8 8'],
]
const SIGNS = { approved: 'Approved', needs_edit: 'Needs edit', rejected: 'Rejected' }
const STAR = 'M8 1.8l1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2 .7-4.3-3.1-3 4.3-.6z'
const PIN = 'M5.5 2h5l-.6 4.6 2.1 2V10H8.6v4h-1.2v-4H4V8.6l2.1-2z'
const KEYS = { a: 'approved', e: 'needs_edit', x: 'rejected', u: 'unreviewed' }
const MOVES = ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End']

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

function tool(className, label, hint, d, parent) {
  const button = element('button', className, parent)
  button.type = 'button'
  button.tabIndex = -1
  button.title = hint
  button.setAttribute('aria-label', label)
  icon(d, 16, button)
  return button
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
  image.sizes = '240px'
  image.srcset = `${item.src} 320w, ${item.src.slice(0, -4)}w640 640w`
  image.src = item.src
  return image
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
  const words = element('div', 'words', element('div', 'meta', open))
  element('div', 'title', words)
  element('div', 'sub', words)
  if (isDone) {
    element('span', 'chip sign', card)
    tool('pin', 'Pin', 'Pin (P)', PIN, card)
    const tools = element('div', 'tools', card)
    for (const [verdict, label, key, d] of VERDICTS) {
      tool(`verdict ${verdict}`, label, `${label} (${key})`, d, tools).dataset.verdict = verdict
    }
    const stars = element('span', 'stars', tools)
    stars.setAttribute('role', 'group')
    for (let n = 1; n <= 5; n += 1) {
      const label = n === 1 ? '1 star' : `${n} stars`
      tool('star', label, `${label} (${n})`, STAR, stars).dataset.star = n
    }
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

function update(card, item, mayReview) {
  write(card, '.title', item.title)
  write(card, '.sub', item.subtitle)
  write(card, '.note', item.note)
  card.querySelector('.title').title = item.title
  if (item.state === 'running') {
    card.querySelector('.bar i').style.width = `${item.percent}%`
    write(card, '.stand', `${STANDS.running} ${item.percent}%`)
  } else if (item.state !== 'done') write(card, '.stand', item.stand || STANDS[item.state])
  if (item.state !== 'done') return
  card.dataset.review = item.review
  card.dataset.rating = item.rating
  card.dataset.pinned = item.is_pinned ? 'yes' : 'no'
  write(card, '.sign', SIGNS[item.review] || '')
  card.querySelector('.sign').className = `chip sign ${item.review}`
  const said = [item.title, SIGNS[item.review] || 'To review']
  if (item.rating) said.push(`${item.rating} of 5 stars`)
  if (item.is_pinned) said.push('pinned')
  card.querySelector('.open').setAttribute('aria-label', said.join(', '))
  for (const button of card.querySelectorAll('.verdict')) {
    button.setAttribute('aria-pressed', String(button.dataset.verdict === item.review))
  }
  for (const star of card.querySelectorAll('.star')) {
    star.classList.toggle('on', Number(star.dataset.star) <= item.rating)
  }
  card.querySelector('.stars').setAttribute('aria-label', `${item.rating} of 5 stars`)
  const pin = card.querySelector('.pin')
  pin.setAttribute('aria-pressed', String(item.is_pinned))
  pin.setAttribute('aria-label', item.is_pinned ? 'Take the pin off' : 'Pin')
  for (const button of card.querySelectorAll('.tools button, .pin')) button.disabled = !mayReview
  card.classList.toggle('looking', !mayReview)
}

// What was done and is not answered yet is shown as if it were.
function after(item, pending) {
  const changed = { ...item }
  for (const [, id, action, rating] of pending) {
    if (id !== item.id) continue
    if (action === 'rate') changed.rating = rating
    else if (action === 'pin' || action === 'unpin') changed.is_pinned = action === 'pin'
    else if (action !== 'open') changed.review = action
  }
  return changed
}

// How many cards a row has, read from where they are.
function columns(cards) {
  const top = cards[0].offsetTop
  const next = cards.findIndex((card) => card.offsetTop > top)
  return next < 0 ? cards.length : next
}

function rove(grid, target) {
  for (const button of grid.querySelectorAll('button.open')) button.tabIndex = -1
  const card = target || grid.querySelector('.card.done')
  if (card) card.querySelector('.open').tabIndex = 0
}

function focus(grid, card) {
  rove(grid, card)
  card.querySelector('.open').focus()
}

function move(grid, card, key) {
  const cards = [...grid.querySelectorAll('.card.done')]
  const across = columns([...grid.children])
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[key]
  let next = cards.indexOf(card)
  if (key === 'Home') next = 0
  else if (key === 'End') next = cards.length - 1
  else next += step
  if (cards[next]) focus(grid, cards[next])
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [items, mayReview, answered] = data
  let grid = parentElement.querySelector('.grid')
  if (!grid) {
    grid = element('ul', 'grid judging', parentElement)
    grid.setAttribute('role', 'list')
    grid.pending = []
  }
  grid.pending = grid.pending.filter(([number]) => number > answered)
  grid.last = Math.max(grid.last || 0, answered)

  const send = (id, action, rating = 0) => {
    grid.last += 1
    grid.pending.push([grid.last, id, action, rating])
    setTriggerValue('events', grid.pending.slice(-200))
    const item = items.find((one) => one.id === id)
    const card = [...grid.children].find((one) => one.dataset.id === id)
    if (item && card) update(card, after(item, grid.pending), mayReview)
  }
  const judge = (card, verdict) => {
    const again = card.dataset.review === verdict
    send(card.dataset.id, again ? 'unreviewed' : verdict)
  }
  const rate = (card, rating) => {
    send(card.dataset.id, 'rate', Number(card.dataset.rating) === rating ? 0 : rating)
  }
  const pin = (card) => send(card.dataset.id, card.dataset.pinned === 'yes' ? 'unpin' : 'pin')

  const old = new Map([...grid.children].map((card) => [card.dataset.id, card]))
  const held = parentElement.activeElement
  const active = held?.closest?.('.card')
  const had = active ? [...grid.children].indexOf(active) : -1
  const wanted = new Set(items.map((item) => item.id))
  for (const [id, card] of old) if (!wanted.has(id)) card.remove()
  items.forEach((item, position) => {
    let card = old.get(item.id)
    if (!card || card.dataset.shape !== shape(item)) {
      const made = build(item, position)
      if (card) card.replaceWith(made)
      card = made
    }
    update(card, after(item, grid.pending), mayReview)
    if (grid.children[position] !== card) grid.insertBefore(card, grid.children[position] || null)
  })
  rove(grid, active?.isConnected ? active : null)
  // Who judges by keys goes on with what came to the place of the one that went; a card that
  // was moved has lost the focus and gets it back.
  const done = [...grid.children].filter((card) => card.classList.contains('done'))
  if (active && !active.isConnected && done.length) focus(grid, done[Math.min(had, done.length - 1)])
  else if (active && parentElement.activeElement !== held) held.focus()

  grid.onclick = (event) => {
    const card = event.target.closest('.card.done')
    if (!card) return
    const verdict = event.target.closest('.verdict')
    const star = event.target.closest('.star')
    if (verdict) judge(card, verdict.dataset.verdict)
    else if (star) rate(card, Number(star.dataset.star))
    else if (event.target.closest('.pin')) pin(card)
    else if (event.target.closest('.open')) send(card.dataset.id, 'open')
  }
  grid.onkeydown = (event) => {
    const card = event.target.closest('.card.done')
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (MOVES.includes(key)) move(grid, card, key)
    else if (!mayReview) return
    else if (KEYS[key]) {
      send(card.dataset.id, KEYS[key])
      move(grid, card, 'ArrowRight')
    } else if (key >= '0' && key <= '5') send(card.dataset.id, 'rate', Number(key))
    else if (key === 'p') pin(card)
    else if (key === 'z') send('0', 'undo')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  grid.onfocusin = (event) => {
    const card = event.target.closest('.card.done')
    if (card) rove(grid, card)
  }
}
