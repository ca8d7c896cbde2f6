// Draws products as a table whose cells are edited in place. Texts only ever become text or an
// attribute, never markup. What was typed is kept here until the server has answered for it.
const SVG = 'http://www.w3.org/2000/svg'
const ARROWS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }
const EAGER = 12
const CHIPS = 2
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

function button(className, label, d, parent) {
  const made = element('button', className, parent)
  made.type = 'button'
  made.tabIndex = -1
  made.title = label
  made.setAttribute('aria-label', label)
  icon(d, made)
  return made
}

function tickBox(label, isTicked, parent) {
  const tick = button('tick', label, 'M3 8.5l3.2 3L13 5', parent)
  tick.title = ''
  tick.setAttribute('role', 'checkbox')
  tick.setAttribute('aria-checked', String(isTicked))
  return tick
}

const slot = (id, field) => `${id}/${field}`

function drawHead(head, memory) {
  head.replaceChildren()
  const { columns, options } = memory
  const line = element('tr', '', head)
  const first = element('th', 'pick', line)
  first.scope = 'col'
  if (options.selectable) tickBox('Select everything on this page', false, first).tabIndex = 0
  element('th', 'face', line).scope = 'col'
  for (const column of columns) {
    const cell = element('th', column.kind, line)
    cell.scope = 'col'
    if (!column.sort) cell.textContent = column.label
    else {
      const order = element('button', 'order', cell, column.label)
      order.type = 'button'
      order.dataset.sort = column.sort
      if (column.order) {
        cell.setAttribute('aria-sort', column.order)
        icon(column.order === 'ascending' ? 'M8 13V3M4 7l4-4 4 4' : 'M8 3v10M4 9l4 4 4-4', order)
      }
    }
  }
}

function drawFace(row, position, line) {
  const box = element('td', 'face', line)
  const link = element('a', '', box)
  link.href = row.href
  link.tabIndex = -1
  link.setAttribute('aria-label', `Open ${row.name}`)
  if (!row.src) {
    icon('M2.5 3.5h11v9h-11zM2.5 11l3.5-3.5 2.5 2.5 2-2 3 3', link)
    return
  }
  const image = element('img', '', link)
  image.loading = position < EAGER ? 'eager' : 'lazy'
  image.decoding = 'async'
  image.alt = ''
  image.onerror = () => image.remove()
  image.src = row.src
}

function drawCell(row, column, memory, line) {
  const { id } = row
  const cell = element('td', column.kind, line)
  const waiting = memory.pending.get(slot(id, column.id))
  const refused = waiting ? undefined : memory.refused.get(slot(id, column.id))
  const text = waiting ? waiting.text : refused ? refused[0] : row.cells[column.id]
  const shown = refused?.[0] ?? (waiting ? waiting.text : row.shown[column.id] ?? text)
  cell.dataset.field = column.id
  cell.tabIndex = -1
  cell.setAttribute('role', 'gridcell')
  const canEdit = Boolean(column.edit) && memory.options.editable
  cell.setAttribute('aria-readonly', String(!canEdit))
  cell.classList.toggle('can-edit', canEdit)
  cell.classList.toggle('waiting', Boolean(waiting))
  const words = element('div', 'words', cell)
  if (column.kind === 'name') {
    const link = element('a', 'text', words, shown)
    link.href = row.href
    link.tabIndex = -1
    if (row.sign) element('span', 'sign', words, row.sign)
    if (canEdit) button('pen', `Edit the name of ${row.name}`, 'M3 13l.6-2.7 7.2-7.2 2.1 2.1-7.2 7.2z', words)
  } else if (column.kind === 'list' && !refused) {
    const parts = text.split(text.includes(';') ? ';' : ',').map((part) => part.trim()).filter(Boolean)
    for (const part of parts.slice(0, CHIPS)) element('span', 'chip', words, part)
    if (parts.length > CHIPS) element('span', 'more', words, `+${parts.length - CHIPS}`)
  } else element('span', 'text', words, shown)
  cell.title = column.kind === 'number' ? '' : text
  if (refused) {
    cell.classList.add('refused')
    cell.setAttribute('aria-invalid', 'true')
    const note = element('div', 'note', cell)
    element('span', '', note, refused[1])
    const undo = element('button', 'undo', note, 'Discard')
    undo.type = 'button'
    undo.tabIndex = -1
  }
  return cell
}

function drawRow(row, position, memory) {
  const line = element('tr', row.is_quiet ? 'quiet' : '')
  line.dataset.id = row.id
  const pick = element('td', 'pick', line)
  if (memory.options.selectable) tickBox(`Select ${row.name}`, false, pick)
  drawFace(row, position, line)
  for (const column of memory.columns) drawCell(row, column, memory, line)
  return line
}

function look(row, memory) {
  const marks = memory.columns.map(({ id }) => {
    const key = slot(row.id, id)
    return [memory.pending.get(key)?.text, memory.refused.get(key)]
  })
  return JSON.stringify([row, marks])
}

// Rows that look the same stay as they are, and with them the focus; one that is edited waits.
function drawBody(body, memory) {
  const old = new Map([...body.children].map((line) => [line.dataset.id, line]))
  memory.rows.forEach((row, position) => {
    let line = old.get(row.id)
    old.delete(row.id)
    const now = look(row, memory)
    if (!line || (line.dataset.look !== now && !line.querySelector('.editor'))) {
      const made = drawRow(row, position, memory)
      made.dataset.look = now
      const field = line?.contains(memory.focused()) && memory.focused().closest('td')?.dataset.field
      if (line) line.replaceWith(made)
      line = made
      if (field) made.querySelector(`[data-field="${field}"]`)?.focus()
    }
    if (body.children[position] !== line) body.insertBefore(line, body.children[position] || null)
  })
  old.forEach((line) => line.remove())
}

function showTicks(table, memory) {
  const lines = [...table.tBodies[0].children]
  for (const line of lines) {
    const isTicked = memory.ticked.has(line.dataset.id)
    line.classList.toggle('ticked', isTicked)
    line.querySelector('.tick')?.setAttribute('aria-checked', String(isTicked))
  }
  const all = lines.filter((line) => memory.ticked.has(line.dataset.id)).length
  const state = all === 0 ? 'false' : all === lines.length ? 'true' : 'mixed'
  table.tHead.querySelector('.tick')?.setAttribute('aria-checked', state)
}

function rove(table, target) {
  for (const cell of table.querySelectorAll('td[tabindex="0"]')) cell.tabIndex = -1
  const cell = target || table.querySelector('tbody td[data-field]')
  if (cell) cell.tabIndex = 0
}

const placeOf = (cell) => {
  const line = cell.parentElement
  return [[...line.parentElement.children].indexOf(line), [...line.children].indexOf(cell)]
}

function cellAt(table, row, column) {
  const cell = table.tBodies[0].children[row]?.children[column]
  return cell?.dataset.field ? cell : undefined
}

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const [columns, rows, ticked, options, refused, answered] = data
  let table = parentElement.querySelector('table')
  if (!table) {
    const frame = element('div', 'frame', parentElement)
    table = element('table', '', frame)
    table.setAttribute('role', 'grid')
    element('thead', '', table)
    element('tbody', '', table)
    element('datalist', '', frame).id = 'choices'
  }
  let memory = memories.get(parentElement)
  if (!memory) {
    memory = { pending: new Map(), count: 0, mount: crypto.getRandomValues(new Uint32Array(2)).join('-') }
    memories.set(parentElement, memory)
  }
  const root = parentElement.getRootNode()
  memory.focused = () => root.activeElement || parentElement.activeElement || null
  Object.assign(memory, { columns, rows, options, ticked: new Set(ticked) })
  memory.refused = new Map(refused.map(([id, field, text, why]) => [slot(id, field), [text, why]]))
  for (const [key, edit] of memory.pending) if (answered.includes(edit.token)) memory.pending.delete(key)

  table.setAttribute('aria-label', options.label)
  const headLook = JSON.stringify([columns, options])
  if (table.dataset.head !== headLook) {
    table.dataset.head = headLook
    drawHead(table.tHead, memory)
    table.tBodies[0].replaceChildren()
  }
  const redraw = () => { drawBody(table.tBodies[0], memory); showTicks(table, memory) }
  redraw()
  if (!table.querySelector('td[tabindex="0"]')) rove(table)

  const rowOf = (id) => memory.rows.find((row) => row.id === id)
  const columnOf = (field) => memory.columns.find((column) => column.id === field)
  const send = () => setStateValue('edits', [...memory.pending.values()].map(
    ({ token, id, field, text, version }) => [token, id, field, text, version]))

  const note = (id, field, text) => {
    const row = rowOf(id)
    const known = memory.refused.get(slot(id, field))
    // What was refused may be sent again as it is: that is how a conflict is decided.
    if (!row || (!known && text === row.cells[field])) return false
    memory.count += 1
    const token = `${memory.mount}-${memory.count}`
    memory.pending.set(slot(id, field), { token, id, field, text, version: row.version })
    return true
  }

  const focus = (cell) => { if (cell) { rove(table, cell); cell.focus() } }
  const discard = (cell) => setTriggerValue('event', ['discard', cell.parentElement.dataset.id, cell.dataset.field])

  const edit = (cell, typed) => {
    if (!cell?.classList.contains('can-edit') || cell.querySelector('.editor')) return
    const { id } = cell.parentElement.dataset
    const { field } = cell.dataset
    const column = columnOf(field)
    const key = slot(id, field)
    const before = memory.pending.get(key)?.text ?? memory.refused.get(key)?.[0] ?? rowOf(id).cells[field]
    const input = element('input', 'editor', cell)
    input.setAttribute('aria-label', `${column.label} of ${rowOf(id).name}`)
    input.value = typed ?? before
    input.autocomplete = 'off'
    input.maxLength = column.edit.max_chars
    input.placeholder = column.edit.hint
    if (column.kind === 'number') input.inputMode = 'decimal'
    if (column.edit.choices.length) {
      parentElement.querySelector('datalist').replaceChildren(...column.edit.choices.map((choice) => {
        const option = document.createElement('option')
        option.value = choice
        return option
      }))
      input.setAttribute('list', 'choices')
    }
    let isOver = false
    const end = (keeps) => {
      if (isOver) return
      isOver = true
      const text = input.value.trim()
      input.remove()
      if (keeps && note(id, field, text)) send()
      redraw()
    }
    const place = placeOf(cell)
    input.onblur = () => end(true)
    input.onkeydown = (event) => {
      event.stopPropagation()
      const step = { Enter: [1, 0], Tab: [0, event.shiftKey ? -1 : 1], Escape: [0, 0] }[event.key]
      if (!step || event.isComposing) return
      const next = cellAt(table, place[0] + step[0], place[1] + step[1])
      if (event.key === 'Tab' && !next) return
      event.preventDefault()
      end(event.key !== 'Escape')
      focus(cellAt(table, place[0] + step[0], place[1] + step[1]) || cellAt(table, ...place))
    }
    input.focus()
    if (typed === undefined) input.select()
  }

  const sendTicks = () => {
    showTicks(table, memory)
    const here = memory.rows.map((row) => row.id).filter((id) => memory.ticked.has(id))
    setTriggerValue('event', ['ticks', here])
  }
  const toggle = (id, isRange) => {
    const ids = memory.rows.map((row) => row.id)
    const isTicked = !memory.ticked.has(id)
    const [from, to] = [ids.indexOf(isRange && ids.includes(memory.last) ? memory.last : id), ids.indexOf(id)]
    for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      if (isTicked) memory.ticked.add(one)
      else memory.ticked.delete(one)
    }
    memory.last = id
    sendTicks()
  }
  const toggleAll = () => {
    const isAll = memory.rows.every((row) => memory.ticked.has(row.id))
    for (const row of memory.rows) {
      if (isAll) memory.ticked.delete(row.id)
      else memory.ticked.add(row.id)
    }
    sendTicks()
  }

  table.onclick = (event) => {
    const { target } = event
    const cell = target.closest('td, th')
    const id = cell?.parentElement.dataset.id
    const link = target.closest('a')
    if (link) {
      // With a key held, the browser opens the link itself, in another tab.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      setTriggerValue('event', ['open', id])
    } else if (target.closest('.order')) setTriggerValue('event', ['sort', target.closest('.order').dataset.sort])
    else if (target.closest('.tick')) {
      if (id) toggle(id, event.shiftKey)
      else toggleAll()
    } else if (target.closest('.undo')) discard(cell)
    else if (cell?.dataset.field && !target.closest('.editor')) {
      if (target.closest('.pen') || memory.pressed === slot(id, cell.dataset.field)) edit(cell)
      else focus(cell)
    }
  }
  // The first click chooses a cell, so that a block can be pasted there; the next one edits it.
  table.onmousedown = (event) => {
    const cell = event.target.closest('td[data-field]')
    if (!cell || event.target.closest('.editor, a, button')) return
    const { id } = cell.parentElement.dataset
    const { field } = cell.dataset
    memory.pressed = cell === memory.focused() ? slot(id, field) : ''
    if (!table.querySelector('.editor')) return
    // What is being edited ends first: it may draw this row anew, and the click would be lost.
    event.preventDefault()
    memory.focused()?.blur()
    focus([...table.querySelectorAll(`td[data-field="${field}"]`)].find((one) => one.parentElement.dataset.id === id))
  }
  table.onfocusin = (event) => {
    const cell = event.target.closest('td[data-field]')
    if (cell) rove(table, cell)
  }
  table.onkeydown = (event) => {
    const cell = event.target.closest('td[data-field]')
    if (!cell || event.target !== cell) return
    const { id } = cell.parentElement.dataset
    const { key } = event
    const held = event.ctrlKey || event.metaKey
    if (held && key === 'Enter') setTriggerValue('event', ['open', id])
    else if (held || event.altKey) return
    else if (ARROWS[key]) {
      const place = placeOf(cell)
      focus(cellAt(table, place[0] + ARROWS[key][0], place[1] + ARROWS[key][1]))
    } else if (key === 'Home' || key === 'End') {
      const cells = [...cell.parentElement.querySelectorAll('td[data-field]')]
      focus(key === 'Home' ? cells[0] : cells[cells.length - 1])
    } else if (key === 'Enter' || key === 'F2') edit(cell)
    else if (key === 'Escape' && cell.classList.contains('refused')) discard(cell)
    else if (options.selectable && key === ' ') toggle(id, event.shiftKey)
    else if ((key === 'Delete' || key === 'Backspace') && cell.classList.contains('can-edit')) {
      if (note(id, cell.dataset.field, '')) send()
      redraw()
    } else if (key.length === 1 && cell.classList.contains('can-edit')) edit(cell, key)
    else return
    event.preventDefault()
    // Single keys are shortcuts of buttons too.
    event.stopPropagation()
  }
  // A browser tells of copying and pasting where text was marked last, which is not always in the
  // table: so the page is listened to as well. Inside an editor it goes as in any other field.
  const chosen = () => {
    const cell = memory.focused()
    return table.isConnected && cell?.matches?.('td[data-field]') && table.contains(cell) ? cell : undefined
  }
  const onCopy = (event) => {
    const cell = chosen()
    if (!cell || event.defaultPrevented || String(getSelection())) return
    event.clipboardData.setData('text/plain', rowOf(cell.parentElement.dataset.id).cells[cell.dataset.field])
    event.preventDefault()
  }
  // A block that was copied from a spreadsheet fills the cells from here to the right and below.
  const onPaste = (event) => {
    const cell = chosen()
    if (!cell || event.defaultPrevented || !options.editable) return
    event.preventDefault()
    const place = placeOf(cell)
    const lines = event.clipboardData.getData('text/plain').replace(/\r?\n$/, '').split(/\r?\n/)
    let isAny = false
    lines.forEach((line, down) => line.split('\t').forEach((text, right) => {
      const target = cellAt(table, place[0] + down, place[1] + right)
      if (!target?.classList.contains('can-edit')) return
      isAny = note(target.parentElement.dataset.id, target.dataset.field, text.trim()) || isAny
    }))
    if (isAny) send()
    redraw()
  }
  table.oncopy = onCopy
  table.onpaste = onPaste
  document.addEventListener('copy', onCopy)
  document.addEventListener('paste', onPaste)
  return () => {
    document.removeEventListener('copy', onCopy)
    document.removeEventListener('paste', onPaste)
  }
}
