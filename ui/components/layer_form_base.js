// What the parts of the form of settings are made of. Texts only ever become text or an attribute,
// never markup; colours are set only after they were found to be colours.
const SVG = 'http://www.w3.org/2000/svg'
const ICONS = {
  down: 'M4 6l4 4 4-4', cross: 'M4 4l8 8M12 4l-8 8', plus: 'M8 3v10M3 8h10', minus: 'M3 8h10',
  tick: 'M3 8.5l3.2 3L13 5', picture: 'M2.5 3.5h11v9h-11zM2.5 11l3.5-3.5 2.5 2.5 2-2 3 3',
  back: 'M6 4L3 7l3 3M3.5 7H10a3 3 0 0 1 0 6H8',
}
const COLOUR = /^#[0-9a-f]{6}$/i

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  if (parent) parent.append(made)
  return made
}

function icon(name, parent) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', ICONS[name])
  svg.append(path)
  parent.append(svg)
  return svg
}

function button(className, parent, text, label) {
  const made = element('button', className, parent, text)
  made.type = 'button'
  if (label) {
    made.setAttribute('aria-label', label)
    made.title = label
  }
  return made
}

function gradient(colours) {
  const known = colours.filter((colour) => COLOUR.test(colour))
  if (!known.length) return ''
  if (known.length === 1) return known[0]
  const step = 100 / known.length
  const stops = known.map((colour, at) => `${colour} ${at * step}% ${(at + 1) * step}%`)
  return `linear-gradient(90deg, ${stops.join(', ')})`
}

// A small picture; a neutral tile with the first letter stands where there is none.
function face(parent, { src, colours, blend, letter }, className = 'face') {
  const box = element('span', className, parent)
  box.setAttribute('aria-hidden', 'true')
  if (colours?.length) {
    const [top, bottom] = colours
    box.style.background = blend && COLOUR.test(top) && COLOUR.test(bottom)
      ? `linear-gradient(${top}, ${bottom})` : gradient(colours)
    return box
  }
  const initial = element('b', '', box, (letter || '').slice(0, 1).toUpperCase())
  if (src) {
    const image = element('img', '', box)
    image.decoding = 'async'
    image.loading = 'lazy'
    image.alt = ''
    image.onload = () => initial.remove()
    image.onerror = () => image.remove()
    image.src = src
  }
  return box
}

// Choices of which one holds: a radio group whose arrows move and choose nothing, so that a look
// around costs nothing; Enter and Space choose.
function radios(parent, label, className) {
  const group = element('div', className, parent)
  group.setAttribute('role', 'radiogroup')
  group.setAttribute('aria-label', label)
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const all = [...group.querySelectorAll('[role="radio"]:not([hidden])')]
    const at = all.indexOf(event.target)
    if (!step || at < 0) return
    event.preventDefault()
    const next = all[(at + step + all.length) % all.length]
    rove(all, next)
    next.focus()
  })
  return group
}

function rove(all, target) {
  for (const one of all) one.tabIndex = one === target ? 0 : -1
}

function check(group, isChosen, isInherited) {
  const all = [...group.querySelectorAll('[role="radio"]')]
  for (const one of all) {
    const is = isChosen(one)
    one.setAttribute('aria-checked', String(is))
    one.classList.toggle('inherited', is && isInherited)
  }
  const visible = all.filter((one) => !one.hidden)
  const chosen = visible.find((one) => one.getAttribute('aria-checked') === 'true')
  rove(all, chosen || visible[0])
}

function tile(parent, name, look, label = name) {
  const made = button('tile', parent)
  made.setAttribute('role', 'radio')
  made.dataset.name = name
  face(made, { letter: label, ...look })
  element('span', 'name', made, label)
  return made
}

// What was typed is told after a pause, when the field is left and before Ctrl+Enter generates.
function toldLater(input, tell) {
  let timer = 0
  const now = () => {
    if (!timer) return
    clearTimeout(timer)
    timer = 0
    tell(input.value)
  }
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(now, 500)
  })
  input.addEventListener('blur', now)
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) now()
  })
}

function fit(area) {
  area.style.height = 'auto'
  if (area.scrollHeight) area.style.height = `${Math.min(area.scrollHeight + 2, 220)}px`
}

function colourField(parent, label, value, tell) {
  const box = element('label', 'pick', parent)
  const well = element('input', '', box)
  well.type = 'color'
  well.value = value
  well.setAttribute('aria-label', label)
  const code = element('input', 'code', box)
  code.type = 'text'
  code.maxLength = 7
  code.value = value
  code.setAttribute('aria-label', `${label} as a code`)
  well.oninput = () => { code.value = well.value }
  well.onchange = () => tell(well.value)
  code.onchange = () => {
    const typed = code.value.trim().replace(/^#?/, '#')
    const isColour = COLOUR.test(typed)
    code.setAttribute('aria-invalid', String(!isColour))
    if (isColour) {
      well.value = typed
      tell(typed.toLowerCase())
    }
  }
  return { box, show: (now) => { if (COLOUR.test(now)) { well.value = now; code.value = now } } }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)
