// A field to write a comment in, which offers the names of members after an @.
// Data only ever becomes text or an attribute, never markup.
const OFFERED = 6
const FOLDED = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  if (parent) parent.append(made)
  return made
}

// What is typed between the last @ that begins a word and the caret.
function typed(field) {
  const before = field.value.slice(0, field.selectionStart)
  const found = /(^|[^\p{L}\p{N}_])@([^\n@]{0,60})$/u.exec(before)
  return found ? { text: found[2], start: before.length - found[2].length } : null
}

function begin(parentElement) {
  const frame = element('div', 'frame', parentElement)
  const field = element('textarea', '', frame)
  field.rows = 2
  field.setAttribute('aria-label', 'Comment')
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-controls', 'names')
  field.setAttribute('aria-expanded', 'false')
  field.setAttribute('role', 'combobox')
  const list = element('ul', 'names', frame)
  list.id = 'names'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', 'Members')
  list.hidden = true
  const bar = element('div', 'bar', frame)
  const hint = element('span', 'hint', bar)
  const send = element('button', 'send', bar, 'Comment')
  send.type = 'button'
  return { frame, field, list, hint, send, at: 0, offered: [], last: 0, waiting: null }
}

function close(state) {
  state.list.hidden = true
  state.offered = []
  state.field.setAttribute('aria-expanded', 'false')
  state.field.removeAttribute('aria-activedescendant')
}

function mark(state) {
  const items = [...state.list.children]
  items.forEach((item, n) => item.setAttribute('aria-selected', String(n === state.at)))
  state.field.setAttribute('aria-activedescendant', `name-${state.at}`)
}

function offer(state) {
  const found = typed(state.field)
  if (!found) return close(state)
  const wanted = FOLDED(found.text)
  const fits = ([handle, name]) => FOLDED(handle).startsWith(wanted)
    || FOLDED(name).split(/\s+/).some((word) => word.startsWith(wanted))
  state.offered = state.members.filter(fits).slice(0, OFFERED)
  if (!state.offered.length || state.offered.some(([handle]) => FOLDED(handle) === wanted)) {
    return close(state)
  }
  state.at = 0
  state.list.replaceChildren()
  state.offered.forEach(([handle, name], n) => {
    const item = element('li', '', state.list)
    item.id = `name-${n}`
    item.setAttribute('role', 'option')
    element('b', '', item, name)
    if (handle !== name) element('span', '', item, `@${handle}`)
    item.onpointerdown = (event) => {
      event.preventDefault()
      take(state, n)
    }
  })
  state.list.hidden = false
  state.field.setAttribute('aria-expanded', 'true')
  mark(state)
}

function take(state, n) {
  const found = typed(state.field)
  const chosen = state.offered[n]
  close(state)
  if (!found || !chosen) return
  const { field } = state
  field.setRangeText(`${chosen[0]} `, found.start, field.selectionStart, 'end')
  field.focus()
  grow(state)
}

function grow({ field, send, limit, hint }) {
  field.style.height = 'auto'
  field.style.height = `${Math.min(field.scrollHeight + 2, 260)}px`
  const left = limit - field.value.length
  send.disabled = !field.value.trim() || left < 0
  hint.textContent = left < 200 ? `${left} characters left` : hint.dataset.usual
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [members, limit, answered, isRefused] = data
  const state = parentElement.box || (parentElement.box = begin(parentElement))
  const { field, list, hint, send } = state
  Object.assign(state, { members, limit })
  state.last = Math.max(state.last, answered)
  field.placeholder = 'Say what you think. @ names a colleague.'
  hint.dataset.usual = 'Ctrl+Enter sends'
  // What was sent goes once it is kept; what was refused stays to be put right.
  if (state.waiting !== null && answered >= state.waiting) {
    state.waiting = null
    field.readOnly = false
    if (!isRefused) field.value = ''
  }
  grow(state)

  const submit = () => {
    if (state.waiting !== null || !field.value.trim() || field.value.length > limit) return
    state.last += 1
    state.waiting = state.last
    field.readOnly = true
    setTriggerValue('event', [state.last, field.value])
  }
  send.onclick = submit
  field.oninput = () => {
    grow(state)
    offer(state)
  }
  field.onclick = () => offer(state)
  field.onblur = () => close(state)
  field.onkeydown = (event) => {
    // The page's own shortcuts are not meant while somebody writes.
    event.stopPropagation()
    if (event.isComposing) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
    else if (list.hidden) return
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1
      state.at = (state.at + step + state.offered.length) % state.offered.length
      mark(state)
    } else if (event.key === 'Enter' || event.key === 'Tab') take(state, state.at)
    else if (event.key === 'Escape') close(state)
    else return
    event.preventDefault()
  }
}
