// Draws products x wanted shots. Data only ever becomes text or an attribute, never markup.
function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  if (parent) parent.append(made)
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

function drawHead(columns, isEditor, head) {
  const line = element('tr', '', head)
  element('th', 'corner', line, 'Product').scope = 'col'
  for (const column of columns) {
    const box = element('th', 'column', line)
    box.scope = 'col'
    const name = element(isEditor ? 'button' : 'span', 'shot', box, column.name)
    name.title = isEditor ? `Change or remove “${column.name}”` : column.name
    if (isEditor) {
      name.type = 'button'
      name.dataset.event = JSON.stringify(['shot', column.id])
    }
    element('span', 'sum', box, column.sum)
    const bar = element('span', 'share', box)
    bar.setAttribute('aria-hidden', 'true')
    bar.style.setProperty('--share', `${column.percent}%`)
  }
}

function drawProduct(row, line) {
  const box = element('th', 'product', line)
  box.scope = 'row'
  const open = element('button', 'open', box)
  open.type = 'button'
  open.dataset.event = JSON.stringify(['product', row.id])
  const photo = element('span', 'photo', open)
  if (row.photo) picture(row.photo, photo)
  const words = element('span', 'words', open)
  element('span', 'name', words, row.name).title = row.name
  element('span', 'note', words, row.note)
}

function drawCell(cell, row, column, line) {
  const box = element('td', '', line)
  const open = element('button', `cell ${cell.state}${cell.src ? ' has-picture' : ''}`, box)
  open.type = 'button'
  open.dataset.event = JSON.stringify(['cell', column.id, row.id])
  open.setAttribute('aria-label', `${row.name}, ${column.name}: ${cell.hint}`)
  open.title = cell.hint
  if (cell.src) picture(cell.src, open)
  element('span', 'sign', open, cell.label)
  if (cell.percent >= 0) {
    const bar = element('span', 'bar', open)
    element('i', '', bar).style.width = `${cell.percent}%`
  }
}

// A row is drawn anew only when it changed, so that focus and pictures stay where they are.
function drawRows(columns, rows, body) {
  const old = new Map([...body.children].map((line) => [line.dataset.id, line]))
  rows.forEach((row, position) => {
    const shown = JSON.stringify([columns.map((column) => column.id), row])
    let line = old.get(row.id)
    old.delete(row.id)
    if (!line || line.dataset.shown !== shown) {
      const made = element('tr', '')
      made.dataset.id = row.id
      made.dataset.shown = shown
      drawProduct(row, made)
      row.cells.forEach((cell, place) => drawCell(cell, row, columns[place], made))
      const focused = line && [...line.querySelectorAll('button')].indexOf(line.getRootNode().activeElement)
      if (line) line.replaceWith(made)
      line = made
      if (focused >= 0) setTimeout(() => made.querySelectorAll('button')[focused]?.focus())
    }
    if (body.children[position] !== line) body.insertBefore(line, body.children[position] || null)
  })
  old.forEach((line) => line.remove())
}

function step(table, from, key) {
  const [by, across] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key]
  const lines = [...table.querySelectorAll('tbody tr')]
  const line = from.closest('tr')
  const place = [...line.querySelectorAll('button')].indexOf(from) + across
  const next = lines[lines.indexOf(line) + by]?.querySelectorAll('button')[place]
  if (next) next.focus()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [columns, rows, isEditor] = data
  let table = parentElement.querySelector('table')
  if (!table) {
    table = element('table', '', element('div', 'frame', parentElement))
    table.setAttribute('aria-label', 'Products and their wanted shots')
    element('thead', '', table)
    element('tbody', '', table)
  }
  const head = table.tHead
  const shown = JSON.stringify([columns, isEditor])
  if (head.dataset.shown !== shown) {
    head.dataset.shown = shown
    head.replaceChildren()
    drawHead(columns, isEditor, head)
  }
  drawRows(columns, rows, table.tBodies[0])

  table.onclick = (event) => {
    const button = event.target.closest('button[data-event]')
    if (button) setTriggerValue('event', JSON.parse(button.dataset.event))
  }
  table.onkeydown = (event) => {
    if (!event.key.startsWith('Arrow') || !event.target.closest('tbody button')) return
    event.preventDefault()
    event.stopPropagation()
    step(table, event.target, event.key)
  }
}
