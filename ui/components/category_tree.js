// Draws the tree of categories. Names only ever become text or an attribute, never markup.
const SVG = 'http://www.w3.org/2000/svg'
const SIGNS = {
  chevron: 'M9 6l6 6-6 6',
  dots: 'M5 12h.01M12 12h.01M19 12h.01',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 4.5v5M6 14.5v5',
}
const ACTIONS = [
  ['create', 'New category inside'],
  ['edit', 'Rename'],
  ['move', 'Move'],
  ['merge', 'Merge into another'],
  ['delete', 'Delete'],
]
const OPEN_UP_TO = 60
const STEP = 500
const KEPT = 'epox.categories.open'

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function sign(name, parent) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', SIGNS[name])
  svg.append(path)
  parent.append(svg)
}

function button(className, label, parent) {
  const made = element('button', className, parent)
  made.type = 'button'
  made.tabIndex = -1
  made.setAttribute('aria-label', label)
  made.title = label
  return made
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT))
  } catch {
    return null
  }
}

function remember(open) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([...open]))
  } catch {
    // A browser that keeps nothing opens the tree as new next time.
  }
}

// As the server compares names: whatever their case and however their accents are written.
function folded(text) {
  return text.normalize('NFC').toLowerCase()
}

function prepare(state, rows) {
  state.nodes = rows.map(([id, name, depth, own, total, hasSettings]) => ({
    id, name, depth, own, total, hasSettings, parent: null, hasInside: false, words: folded(name),
  }))
  const above = []
  const before = state.byId
  state.byId = new Map()
  for (const node of state.nodes) {
    above.length = node.depth
    node.parent = above[node.depth - 1] ?? null
    if (node.parent) {
      node.parent.hasInside = true
      node.words = `${node.parent.words} ${node.words}`
    }
    above.push(node)
    state.byId.set(node.id, node)
  }
  if (state.open) return showNew(state, before)
  const kept = remembered()
  const all = state.nodes.filter((node) => node.hasInside).map((node) => node.id)
  state.open = new Set(Array.isArray(kept) ? kept : state.nodes.length <= OPEN_UP_TO ? all : [])
}

// What was just added or moved must not be hidden in a closed one.
function showNew(state, before) {
  for (const node of state.nodes) {
    if (node.parent?.id === before.get(node.id)?.parent?.id && before.has(node.id)) continue
    for (let up = node.parent; up; up = up.parent) state.open.add(up.id)
  }
  remember(state.open)
}

function shownNodes(state) {
  const words = folded(state.text).split(/[\s/]+/).filter(Boolean)
  if (!words.length) {
    const isShown = (node) => !node.parent || (state.open.has(node.parent.id) && isShown(node.parent))
    return state.nodes.filter(isShown).map((node) => [node, false])
  }
  const found = new Set(
    state.nodes.filter((node) => words.every((word) => node.words.includes(word)))
  )
  state.found = found.size
  const kept = new Set(found)
  for (const node of found) for (let up = node.parent; up; up = up.parent) kept.add(up)
  return state.nodes.filter((node) => kept.has(node)).map((node) => [node, !found.has(node)])
}

function drawRow(state, node, isQuiet, list) {
  const line = element('div', isQuiet ? 'row quiet' : 'row', list)
  line.dataset.id = node.id
  line.tabIndex = -1
  line.style.setProperty('--depth', node.depth)
  line.setAttribute('role', 'treeitem')
  line.setAttribute('aria-level', node.depth + 1)
  const isOpen = state.text ? true : state.open.has(node.id)
  if (node.hasInside) line.setAttribute('aria-expanded', isOpen)
  const name = element('span', 'name', line)
  if (node.hasInside && !state.text) sign('chevron', button('turn', isOpen ? 'Close' : 'Open', name))
  else element('span', 'turn', name)
  const link = element('a', 'link', name, node.name)
  link.href = `/category?id=${node.id}`
  link.tabIndex = -1
  link.title = node.name
  if (node.hasSettings) {
    const mark = element('span', 'mark', name)
    mark.title = 'Has default settings'
    mark.setAttribute('role', 'img')
    mark.setAttribute('aria-label', 'Has default settings')
    sign('settings', mark)
  }
  const own = element('span', 'own', line, node.own.toLocaleString('en'))
  own.title = 'Products directly in it'
  const total = element('span', 'total', line, node.total.toLocaleString('en'))
  total.title = 'Products in it and in all categories inside'
  if (!node.own) own.classList.add('none')
  if (!node.total) total.classList.add('none')
  const products = node.total === 1 ? '1 product' : `${node.total} products`
  line.setAttribute('aria-label', `${node.name}, ${products}`)
  const end = element('span', 'end', line)
  if (state.mayEdit) {
    const more = button('more', `What to do with ${node.name}`, end)
    more.setAttribute('aria-haspopup', 'menu')
    sign('dots', more)
  }
}

function draw(state) {
  closeMenu(state)
  const focused = state.root.activeElement?.closest?.('.row')?.dataset.id
  const shown = shownNodes(state)
  state.list.replaceChildren()
  for (const [node, isQuiet] of shown.slice(0, state.limit)) drawRow(state, node, isQuiet, state.list)
  const left = shown.length - state.limit
  state.rest.hidden = left <= 0
  state.rest.textContent = `Show ${Math.min(left, STEP).toLocaleString('en')} more`
  state.said.textContent = !state.text ? '' : state.found
    ? `${state.found.toLocaleString('en')} found` : 'No category is called like that.'
  const line = rowOf(state, focused) ?? state.list.firstElementChild
  if (line) line.tabIndex = 0
  if (focused && line?.dataset.id === focused) line.focus()
}

function rowOf(state, id) {
  return id === undefined ? null : state.list.querySelector(`.row[data-id="${CSS.escape(id)}"]`)
}

function rove(state, line) {
  if (!line) return
  for (const other of state.list.querySelectorAll('.row[tabindex="0"]')) other.tabIndex = -1
  line.tabIndex = 0
}

function focus(state, line) {
  if (!line) return
  rove(state, line)
  line.focus()
}

function turn(state, id, isOpen) {
  if (isOpen) state.open.add(id)
  else state.open.delete(id)
  remember(state.open)
  draw(state)
}

function closeMenu(state, back) {
  if (!state.menu) return
  const line = state.menu.closest('.row')
  state.menu.remove()
  state.menu = null
  if (back) focus(state, line)
}

function openMenu(state, line) {
  closeMenu(state)
  const menu = element('div', 'menu', line.querySelector('.end'))
  menu.setAttribute('role', 'menu')
  for (const [action, label] of ACTIONS) {
    const item = element('button', action === 'delete' ? 'item last' : 'item', menu, label)
    item.type = 'button'
    item.tabIndex = -1
    item.dataset.action = action
    item.setAttribute('role', 'menuitem')
  }
  state.menu = menu
  // Up where there is no room below.
  const room = window.innerHeight - line.getBoundingClientRect().bottom
  menu.classList.toggle('up', room < menu.offsetHeight + 12)
  menu.firstElementChild.focus()
}

function onMenuKey(state, event) {
  const items = [...state.menu.children]
  const here = items.indexOf(state.root.activeElement)
  const steps = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }
  if (event.key === 'Escape' || event.key === 'Tab') closeMenu(state, event.key === 'Escape')
  else if (event.key in steps) items[(steps[event.key] + items.length) % items.length].focus()
  else return
  if (event.key !== 'Tab') event.preventDefault()
  event.stopPropagation()
}

function onKey(state, event, send) {
  if (state.menu && event.target.closest('.menu')) return onMenuKey(state, event)
  const line = event.target.closest('.row')
  if (!line || event.ctrlKey || event.metaKey || event.altKey) return
  const node = state.byId.get(Number(line.dataset.id))
  const isOpen = line.getAttribute('aria-expanded') === 'true'
  const keys = {
    ArrowDown: () => focus(state, line.nextElementSibling),
    ArrowUp: () => focus(state, line.previousElementSibling),
    Home: () => focus(state, state.list.firstElementChild),
    End: () => focus(state, state.list.lastElementChild),
    ArrowRight: () => {
      if (node.hasInside && !isOpen) turn(state, node.id, true)
      else if (node.hasInside) focus(state, line.nextElementSibling)
    },
    ArrowLeft: () => {
      if (node.hasInside && isOpen && !state.text) turn(state, node.id, false)
      else if (node.parent) focus(state, rowOf(state, String(node.parent.id)))
    },
    Enter: () => send('open', node.id),
    ContextMenu: () => state.mayEdit && openMenu(state, line),
    F2: () => state.mayEdit && send('edit', node.id),
    Delete: () => state.mayEdit && send('delete', node.id),
  }
  if (event.key === 'F10' && event.shiftKey) keys.ContextMenu()
  else if (event.key in keys && event.target === line) keys[event.key]()
  else return
  event.preventDefault()
}

function onClick(state, event, send) {
  const line = event.target.closest('.row')
  const item = event.target.closest('.item')
  if (item) {
    closeMenu(state, true)
    return send(item.dataset.action, Number(line.dataset.id))
  }
  if (event.target.closest('.more')) return state.menu ? closeMenu(state, true) : openMenu(state, line)
  closeMenu(state)
  if (!line) return
  const node = state.byId.get(Number(line.dataset.id))
  if (event.target.closest('button.turn')) {
    rove(state, line)
    line.focus()
    return turn(state, node.id, line.getAttribute('aria-expanded') !== 'true')
  }
  // With a key held, the browser opens the link itself, in another tab.
  if (!event.target.closest('a') || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  send('open', node.id)
}

function build(parentElement) {
  const state = { root: parentElement.getRootNode(), text: '', limit: STEP, found: 0, menu: null }
  const bar = element('div', 'bar', parentElement)
  state.search = element('input', 'search', bar)
  state.search.type = 'search'
  state.search.placeholder = 'Search categories'
  state.search.maxLength = 200
  state.search.setAttribute('aria-label', 'Search categories')
  state.said = element('span', 'said', bar)
  state.said.setAttribute('role', 'status')
  const all = element('span', 'all', bar)
  state.unfold = element('button', 'plain', all, 'Open all')
  state.fold = element('button', 'plain', all, 'Close all')
  const frame = element('div', 'frame', parentElement)
  const head = element('div', 'head', frame)
  element('span', 'name', head, 'Category')
  element('span', 'own', head, 'Directly')
  element('span', 'total', head, 'In total')
  element('span', 'end', head)
  state.list = element('div', 'tree', frame)
  state.list.setAttribute('role', 'tree')
  state.list.setAttribute('aria-label', 'Categories')
  state.rest = element('button', 'rest', frame)
  return state
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [rows, mayEdit] = data
  const state = (parentElement.epoxTree ??= build(parentElement))
  const send = (kind, id) => setTriggerValue('event', [kind, id])
  // Drawn anew only when it changed, so that a rerun keeps the focus where it is.
  const shown = JSON.stringify(data)
  if (state.shown !== shown) {
    state.shown = shown
    state.mayEdit = mayEdit
    prepare(state, rows)
    draw(state)
  }
  state.search.oninput = () => {
    state.text = state.search.value.trim()
    state.limit = STEP
    draw(state)
  }
  state.search.onkeydown = (event) => {
    if (event.key === 'ArrowDown') focus(state, state.list.firstElementChild)
    else if (event.key === 'Escape' && state.search.value) {
      state.search.value = ''
      state.search.oninput()
    } else return
    event.preventDefault()
  }
  state.rest.onclick = () => {
    state.limit += STEP
    draw(state)
  }
  state.unfold.onclick = () => {
    state.open = new Set(state.nodes.filter((node) => node.hasInside).map((node) => node.id))
    remember(state.open)
    draw(state)
  }
  state.fold.onclick = () => {
    state.open = new Set()
    remember(state.open)
    draw(state)
  }
  state.list.onclick = (event) => onClick(state, event, send)
  state.list.onkeydown = (event) => onKey(state, event, send)
  state.list.onfocusin = (event) => rove(state, event.target.closest('.row'))
  const onAway = (event) => {
    if (state.menu && !event.composedPath().includes(state.menu.parentElement)) closeMenu(state)
  }
  document.addEventListener('pointerdown', onAway)
  return () => document.removeEventListener('pointerdown', onAway)
}
