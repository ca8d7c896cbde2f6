// Draws products x pictures. Texts only ever become text or an attribute, never markup. Ticks show
// at once; what the server says of them counts again when it has answered the last message.
const SVG = 'http://www.w3.org/2000/svg'
const TICK = 'M3.5 8.5l3 3 6-7'
const TUNE = 'M2 4.5h6M11 4.5h3M2 11.5h3M8 11.5h6M9.5 2.8v3.4M6.5 9.8v3.4'
const memories = new WeakMap()

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  if (parent) parent.append(made)
  return made
}

function icon(d, parent) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', d)
  svg.append(path)
  parent.append(svg)
}

function tickBox(label, parent) {
  const made = element('button', 'tick', parent)
  made.type = 'button'
  made.setAttribute('role', 'checkbox')
  made.setAttribute('aria-label', label)
  icon(TICK, made)
  return made
}

function picture(src, parent) {
  const made = element('img', '', parent)
  made.alt = ''
  made.loading = 'lazy'
  made.decoding = 'async'
  made.onerror = () => made.remove()
  made.src = src
}

function link(path, text, className, parent) {
  const made = element('a', className, parent, text)
  made.href = path
  made.target = '_blank'
  made.rel = 'noopener'
  return made
}

function drawHead(head, look) {
  head.replaceChildren()
  const line = element('tr', '', head)
  const first = element('th', 'product', line)
  first.scope = 'col'
  const box = element('span', 'line', first)
  if (look.is_editable) tickBox('Tick all products', box).classList.add('all')
  element('span', '', box, 'Product')
  for (let place = 0; place < look.columns; place += 1) {
    element('th', 'number', line, String(place + 1)).scope = 'col'
  }
  element('th', 'end', line, look.end).scope = 'col'
}

function drawProduct(row, look, line) {
  const cell = element('th', 'product', line)
  cell.scope = 'row'
  const box = element('div', 'line', cell)
  if (look.is_editable) {
    if (row.is_on === null) element('span', 'no-tick', box)
    else tickBox(`Make pictures of ${row.name}`, box).classList.add('whole')
  }
  const photo = element(look.is_editable && row.is_on !== null ? 'button' : 'span', 'photo', box)
  if (photo.localName === 'button') {
    photo.type = 'button'
    photo.dataset.row = row.id
    photo.setAttribute('aria-label', `Choose the photo of ${row.name}`)
  }
  photo.title = row.photo_hint
  if (row.photo) picture(row.photo, photo)
  const words = element('div', 'words', box)
  link(row.path, row.name, 'name', words).title = row.name
  element('span', 'text', words, row.text)
  if (row.facts) element('span', 'facts', words, row.facts).title = row.facts
  if (row.own.length) {
    const own = element('span', 'own', words)
    for (const [label, value] of row.own) element('span', 'chip', own, value).title = `${label}: ${value}`
  }
  for (const note of row.notes) {
    const made = note.path
      ? link(note.path, note.text, `note ${note.tone}`, words)
      : element('span', `note ${note.tone}`, words, note.text)
    made.title = note.hint
  }
  if (look.is_editable && row.is_on !== null) {
    const tune = element('button', 'tune', box)
    tune.type = 'button'
    tune.dataset.row = row.id
    tune.title = `Set something for ${row.name} only`
    tune.setAttribute('aria-label', tune.title)
    icon(TUNE, tune)
  }
}

function drawCell(cell, place, row, line) {
  const box = element('td', '', line)
  const name = `${row.name}, picture ${place + 1}`
  if (cell.kind === 'none') return
  const canTick = cell.kind === 'planned' || cell.kind === 'free'
  const made = element(canTick || cell.asset ? 'button' : 'span', `cell ${cell.kind}`, box)
  if (made.localName === 'button') made.type = 'button'
  else made.setAttribute('role', 'img')
  made.title = cell.hint
  if (canTick) {
    made.dataset.place = place
    made.setAttribute('role', 'checkbox')
    made.setAttribute('aria-label', name)
    icon(TICK, made)
    return
  }
  if (cell.asset) made.dataset.asset = cell.asset
  made.setAttribute('aria-label', `${name}: ${cell.hint || cell.label}`)
  if (cell.src) picture(cell.src, made)
  else element('span', 'sign', made, cell.label)
  if (cell.percent >= 0) {
    const bar = element('span', 'bar', made)
    element('i', '', bar).style.width = `${cell.percent}%`
  }
}

function drawRow(row, look) {
  const line = element('tr', row.is_focused ? 'focused' : '')
  line.dataset.id = row.id
  drawProduct(row, look, line)
  for (let place = 0; place < look.columns; place += 1) {
    drawCell(row.cells[place] || { kind: 'none' }, place, row, line)
  }
  element('td', 'end', line, row.end)
  return line
}

// A row is drawn anew only when it changed, so that focus and pictures stay where they are.
function drawRows(rows, look, body) {
  const old = new Map([...body.children].map((line) => [line.dataset.id, line]))
  rows.forEach((row, position) => {
    const shown = JSON.stringify([row, look.columns, look.is_editable])
    let line = old.get(row.id)
    old.delete(row.id)
    if (!line || line.dataset.shown !== shown) {
      const made = drawRow(row, look)
      made.dataset.shown = shown
      const focused = line
        ? [...line.querySelectorAll('button, a')].indexOf(line.getRootNode().activeElement)
        : -1
      if (line) line.replaceWith(made)
      line = made
      if (focused >= 0) setTimeout(() => made.querySelectorAll('button, a')[focused]?.focus())
    }
    if (body.children[position] !== line) body.insertBefore(line, body.children[position] || null)
  })
  old.forEach((line) => line.remove())
}

function showTicks(table, memory) {
  for (const line of table.tBodies[0].children) {
    const ticks = memory.ticks.get(line.dataset.id)
    if (!ticks) continue
    line.classList.toggle('off', !ticks.isOn)
    line.querySelector('.whole')?.setAttribute('aria-checked', String(ticks.isOn))
    for (const cell of line.querySelectorAll('.cell[data-place]')) {
      const isOn = ticks.isOn && ticks.places.has(Number(cell.dataset.place))
      cell.setAttribute('aria-checked', String(isOn))
      cell.title = isOn ? 'Will be made' : 'Will not be made'
    }
  }
}

// Arrow keys go from tick to tick and from picture to picture.
function step(table, from, key) {
  const [by, across] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key]
  const lines = [...table.querySelectorAll('tbody tr')]
  const stops = (line) => [...line.querySelectorAll('button.whole, button.cell')]
  const line = from.closest('tr')
  const place = stops(line).indexOf(from) + across
  const next = lines[lines.indexOf(line) + by]
  if (next) stops(next)[Math.min(place, stops(next).length - 1)]?.focus()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [rows, look] = data
  let table = parentElement.querySelector('table')
  let memory = memories.get(parentElement)
  if (!table) {
    table = element('table', '', element('div', 'frame', parentElement))
    element('thead', '', table)
    element('tbody', '', table)
    memory = { mount: crypto.getRandomValues(new Uint32Array(2)).join('-'), count: 0, sent: '', ticks: new Map() }
    memories.set(parentElement, memory)
  }
  table.setAttribute('aria-label', look.label)
  table.classList.toggle('editable', look.is_editable)
  const shown = JSON.stringify([look.columns, look.is_editable, look.end])
  if (table.tHead.dataset.shown !== shown) {
    table.tHead.dataset.shown = shown
    drawHead(table.tHead, look)
  }
  drawRows(rows, look, table.tBodies[0])
  const isAnswered = !memory.sent || memory.sent === look.echo
  const before = memory.ticks
  memory.ticks = new Map()
  for (const row of rows) {
    if (row.is_on === null) continue
    const places = new Set()
    row.cells.forEach((cell, place) => { if (cell.kind === 'planned') places.add(place) })
    const mine = before.get(row.id)
    memory.ticks.set(row.id, isAnswered || !mine ? { isOn: row.is_on, places } : mine)
  }
  showTicks(table, memory)
  table.querySelector('.all')?.setAttribute('aria-checked', look.all_on)

  const send = (kind, what) => {
    memory.count += 1
    memory.sent = `${memory.mount}-${memory.count}`
    setTriggerValue('event', [kind, memory.sent, what])
  }
  const sendTicks = () => {
    showTicks(table, memory)
    send('ticks', [...memory.ticks].map(([id, { isOn, places }]) => [id, isOn, [...places]]))
  }
  const toggleRow = (id, isRange) => {
    const ids = [...memory.ticks.keys()]
    const isOn = !memory.ticks.get(id).isOn
    const [from, to] = [ids.indexOf(isRange && memory.ticks.has(memory.last) ? memory.last : id), ids.indexOf(id)]
    for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      const ticks = memory.ticks.get(one)
      ticks.isOn = isOn
      if (isOn && !ticks.places.size) ticks.places.add(0)
    }
    memory.last = id
    sendTicks()
  }
  const toggleCell = (id, place) => {
    const ticks = memory.ticks.get(id)
    if (!ticks.isOn) {
      ticks.isOn = true
      ticks.places = new Set([place])
    } else if (ticks.places.has(place)) ticks.places.delete(place)
    else ticks.places.add(place)
    if (!ticks.places.size) ticks.isOn = false
    sendTicks()
  }

  table.onclick = (event) => {
    const button = event.target.closest('button')
    if (!button) return
    const id = button.closest('tr').dataset.id
    if (button.matches('.all')) {
      const isOn = look.all_on !== 'true'
      memory.ticks.forEach((ticks) => { ticks.isOn = isOn })
      button.setAttribute('aria-checked', String(isOn))
      showTicks(table, memory)
      send('all', isOn)
    } else if (button.matches('.whole')) toggleRow(id, event.shiftKey)
    else if (button.dataset.place) toggleCell(id, Number(button.dataset.place))
    else if (button.dataset.row) setTriggerValue('event', ['row', button.dataset.row])
    else if (button.dataset.asset) setTriggerValue('event', ['picture', button.dataset.asset])
  }
  table.onkeydown = (event) => {
    if (!event.key.startsWith('Arrow') || !event.target.closest('tbody button')) return
    event.preventDefault()
    event.stopPropagation()
    step(table, event.target, event.key)
  }
}
