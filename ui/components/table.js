// Draws a table. Texts only ever become text or an attribute, never markup.
function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function kind(column) {
  return [column.is_number ? 'number' : '', column.is_minor ? 'minor' : ''].join(' ').trim()
}

function drawCell(cell, place, row, line) {
  const box = element(place ? 'td' : 'th', '', line)
  if (!place) box.scope = 'row'
  const isLink = !place && row.href
  const text = element(isLink ? 'a' : 'span', cell.tone ? `sign ${cell.tone}` : 'text', box, cell.text)
  if (isLink) text.href = row.href
  if (cell.note) element('span', 'note', box, cell.note)
  if (cell.share > 0) {
    const bar = element('span', 'share', box)
    bar.setAttribute('aria-hidden', 'true')
    bar.style.setProperty('--share', `${Math.min(100, cell.share * 100)}%`)
  }
  return box
}

function draw(columns, rows, label, table) {
  const head = element('tr', '', element('thead', '', table))
  for (const column of columns) element('th', kind(column), head, column.label).scope = 'col'
  const body = element('tbody', '', table)
  for (const row of rows) {
    const line = element('tr', row.is_quiet ? 'quiet' : '', body)
    line.dataset.id = row.id
    row.cells.forEach((cell, place) => {
      drawCell(cell, place, row, line).className = kind(columns[place])
    })
  }
  table.setAttribute('aria-label', label)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [columns, rows, label] = data
  let table = parentElement.querySelector('table')
  if (!table) table = element('table', '', element('div', 'frame', parentElement))
  // Drawn anew only when it changed, so that a rerun keeps the focus where it is.
  const shown = JSON.stringify(data)
  if (table.dataset.shown !== shown) {
    table.dataset.shown = shown
    table.replaceChildren()
    draw(columns, rows, label, table)
  }
  table.onclick = (event) => {
    const link = event.target.closest('a')
    // With a key held, the browser opens the link itself, in another tab.
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    setTriggerValue('opened', link.closest('tr').dataset.id)
  }
}
