// What the parts of the editor are made of, beside what the form of settings gives: icons, sliders,
// choices. Texts only ever become text or an attribute, never markup.
Object.assign(ICONS, {
  crop: 'M4.5 1.5v10h10M1.5 4.5h10v10', turn: 'M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3h-3',
  adjust: 'M2 4h6M12 4h2M2 8h2M8 8h6M2 12h7M13 12h1M10 2.5v3M6 6.5v3M11 10.5v3',
  cut: 'M4.2 9.8L12 2M4.2 6.2L12 14M4.9 4.5a1.9 1.9 0 1 1-3.8 0 1.9 1.9 0 0 1 3.8 0zM4.9 11.5a1.9 1.9 0 1 1-3.8 0 1.9 1.9 0 0 1 3.8 0z',
  pack: 'M2 5l6-3 6 3v6l-6 3-6-3zM2 5l6 3 6-3M8 8v6', larger: 'M9.5 2.5h4v4M13.5 2.5l-5 5M6.5 13.5h-4v-4M2.5 13.5l5-5',
  spark: 'M7 2l1.4 4.1L12.5 7.5 8.4 8.9 7 13 5.6 8.9 1.5 7.5l4.1-1.4zM13 11v3M11.5 12.5h3',
  tree: 'M4 3.5v9M4 8h5.5a2.5 2.5 0 0 0 2.5-2.5M5.5 3a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0zM5.5 13a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0zM13.5 4a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0z',
  undo: 'M6 3.5L2.5 7 6 10.5M3 7h6.5a3.5 3.5 0 0 1 0 7H7', redo: 'M10 3.5L13.5 7 10 10.5M13 7H6.5a3.5 3.5 0 0 0 0 7H9',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10', eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM10 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0z',
  split: 'M8 1.5v13M2.5 3.5h3v9h-3zM10.5 3.5h3v9h-3z', whole: 'M2 2h4M2 2v4M14 14h-4M14 14v-4M2 2l4.5 4.5M14 14L9.5 9.5',
  left: 'M3.5 5.5A5 5 0 1 1 3 9M3 2v3.7h3.7', right: 'M12.5 5.5A5 5 0 1 0 13 9M13 2v3.7H9.3',
  flipH: 'M8 1.5v13M6 4L1.5 12H6zM10 4l4.5 8H10z', flipV: 'M1.5 8h13M4 6L12 1.5V6zM4 10l8 4.5V10z',
  copy: 'M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1', paste: 'M5.5 3h-2v10.5h9V3h-2M5.5 2h5v2.5h-5z',
  brush: 'M13.5 2.5L7 9M6.5 8.5c-2 0-3 1.2-3 3 0 1-.6 1.6-1.5 2 2.5.6 5.5 0 6-3 .1-1-.6-2-1.5-2z',
  wipe: 'M6 13.5L2.5 10 9 3.5l4.5 4.5L8 13.5zM5.5 7l4 4M6 13.5h8', box: 'M2.5 3.5h11v9h-11z',
  lasso: 'M8 2.5c3.3 0 6 1.7 6 3.9S11.3 10.3 8 10.3 2 8.600 2 6.400 4.700 2.500 8 2.500zM4.500 9.500c-1 1 0 2 1 2s1 1.500-.5 2',
  invert: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12', bin: 'M3 4.5h10M6.500 4.500v-2h3v2M4.500 4.500l.5 9h6l.5-9',
  save: 'M2.500 2.500h8.500l2.500 2.500v8.500h-11zM5 2.500v3.500h5v-3.500M5 13.500v-4h6v4', lock: 'M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500',
})

const clamp = (value, low, high) => Math.min(high, Math.max(low, value))
const round = (value, digits = 0) => Number(value.toFixed(digits))
const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`

function iconButton(className, parent, name, label, text) {
  const made = button(className, parent, undefined, label)
  icon(name, made)
  if (text) element('span', '', made, text)
  return made
}

function seconds(value) {
  const whole = Math.max(1, Math.round(value))
  if (whole < 60) return `${whole} s`
  const rest = whole % 60
  return rest ? `${Math.floor(whole / 60)} min ${rest} s` : `${Math.floor(whole / 60)} min`
}

// A slider with its number beside: both can be typed into and nudged; a double click resets it.
function slider(parent, label, { low, high, step = 1, rest = 0, unit = '' }, on) {
  const box = element('div', 'slider', parent)
  const head = element('div', 'slider-head', box)
  const name = element('span', 'label', head, label)
  const number = element('input', 'number', head)
  number.type = 'number'
  Object.assign(number, { min: low, max: high, step })
  number.setAttribute('aria-label', unit ? `${label}, in ${unit}` : label)
  const range = element('input', 'range', box)
  range.type = 'range'
  Object.assign(range, { min: low, max: high, step })
  range.setAttribute('aria-label', `${label} slider`)
  name.title = range.title = 'Double click to reset'
  const paint = (value) => {
    const share = (at) => ((at - low) / (high - low)) * 100
    const from = clamp(rest, low, high)
    range.style.setProperty('--from', `${Math.min(share(from), share(value))}%`)
    range.style.setProperty('--to', `${Math.max(share(from), share(value))}%`)
    box.classList.toggle('moved', value !== rest)
  }
  range.oninput = () => {
    number.value = range.value
    paint(Number(range.value))
    on(Number(range.value), false)
  }
  range.onchange = () => on(Number(range.value), true)
  number.onchange = () => {
    const typed = number.value === '' ? rest : clamp(Number(number.value), low, high)
    on(typed, true)
  }
  const reset = () => on(rest, true)
  range.ondblclick = name.ondblclick = reset
  return {
    box,
    show(value) {
      // What is being typed is not taken out of the hand.
      if (number.getRootNode().activeElement !== number) number.value = value
      range.value = value
      range.setAttribute('aria-valuetext', unit ? `${value} ${unit}` : String(value))
      paint(value)
    },
  }
}

// One of a few: a radio group as a row of segments.
function segments(parent, label, choices, on, className = 'segments') {
  const group = radios(parent, label, className)
  for (const [value, text, name, hint] of choices) {
    const made = button('', group, name ? undefined : text)
    if (name) {
      icon(name, made)
      element('span', '', made, text)
    }
    if (hint) made.title = hint
    made.setAttribute('role', 'radio')
    made.dataset.value = String(value)
    made.onclick = () => on(value)
  }
  return { box: group, show: (value) => check(group, (one) => one.dataset.value === String(value)) }
}

// The same with its name above it, where the segments alone do not say what they are.
function labelled(parent, label, choices, on) {
  const box = element('div', 'labelled', parent)
  element('span', 'label', box, label).setAttribute('aria-hidden', 'true')
  const made = segments(box, label, choices, on)
  return { ...made, row: made.box, box }
}

// A choice of many, as the browser's own list.
function choice(parent, label, choices, on) {
  const box = element('label', 'field', parent)
  element('span', 'label', box, label)
  const list = element('select', '', box)
  for (const [value, text] of choices) {
    const option = element('option', '', list, text)
    option.value = String(value)
  }
  list.onchange = () => on(list.value)
  return { box, show: (value) => { list.value = String(value) } }
}

function toggle(parent, label, on) {
  const box = element('label', 'switch', parent)
  element('span', 'label', box, label)
  const tick = element('input', '', box)
  tick.type = 'checkbox'
  tick.onchange = () => on(tick.checked)
  return { box, tick, show: (value) => { tick.checked = Boolean(value) } }
}

function numberField(parent, label, { low, high, unit = 'px' }, on) {
  const box = element('label', 'field number-field', parent)
  element('span', 'label', box, label)
  const input = element('input', '', box)
  input.type = 'number'
  Object.assign(input, { min: low, max: high, step: 1 })
  input.onchange = () => {
    const typed = Math.round(Number(input.value))
    if (Number.isFinite(typed) && input.value !== '') on(clamp(typed, low, high))
  }
  if (unit) element('span', 'unit', box, unit)
  return { box, input, show: (value) => { if (input.getRootNode().activeElement !== input) input.value = value } }
}

function group(parent, title) {
  const box = element('section', 'group', parent)
  if (title) {
    element('h4', '', box, title)
    box.setAttribute('aria-label', title)
  }
  return box
}
