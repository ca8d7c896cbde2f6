// Draws colours to change, add and remove. A colour is set only after it was found to be one.
const COLOUR = /^#[0-9a-f]{6}$/i

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function picker(parent, label, value, tell) {
  const input = element('input', '', parent)
  input.type = 'color'
  input.value = value
  input.setAttribute('aria-label', label)
  input.onchange = () => tell(input.value.toLowerCase())
  return input
}

function swatch(list, colour, at, isEditable, change) {
  const item = element('li', '', list)
  const well = element('div', 'well', item)
  if (COLOUR.test(colour)) well.style.background = colour
  const code = element('input', 'code', item)
  code.value = colour
  code.maxLength = 7
  code.disabled = !isEditable
  code.setAttribute('aria-label', `Colour ${at + 1} as a code`)
  if (!isEditable) return
  picker(well, `Colour ${at + 1}`, colour, (now) => change(at, now))
  code.onchange = () => {
    const typed = code.value.trim().replace(/^#?/, '#').toLowerCase()
    code.setAttribute('aria-invalid', String(!COLOUR.test(typed)))
    if (COLOUR.test(typed)) change(at, typed)
  }
  const cross = element('button', 'cross', item, '\u00d7')
  cross.type = 'button'
  cross.title = 'Remove'
  cross.setAttribute('aria-label', `Remove colour ${at + 1}`)
  cross.onclick = () => change(at, null)
}

export default function ({ data, parentElement, setStateValue }) {
  const [given, epoch, most, isEditable] = data
  let list = parentElement.querySelector('.palette')
  if (!list) {
    list = element('ul', 'palette', parentElement)
    list.setAttribute('role', 'list')
    list.setAttribute('aria-label', 'Colours')
  }
  const draw = (colours) => {
    list.dataset.shown = JSON.stringify([colours, epoch, isEditable])
    list.replaceChildren()
    const change = (at, colour) => {
      const now = colours.filter((_, place) => place !== at || colour !== null)
      if (colour !== null) now[at] = colour
      const unique = [...new Set(now)]
      draw(unique)
      setStateValue('colours', [epoch, unique])
    }
    colours.forEach((colour, at) => swatch(list, colour, at, isEditable, change))
    if (!colours.length && !isEditable) element('li', 'none', list, 'No colours yet.')
    if (isEditable && colours.length < most) {
      const add = element('label', 'add', element('li', '', list), '+ Add')
      picker(add, 'Add a colour', colours.at(-1) || '#8a9a86', (now) => change(colours.length, now))
    }
  }
  // Drawn anew only when it changed, so that a rerun keeps the focus where it is.
  if (list.dataset.shown !== JSON.stringify([given, epoch, isEditable])) draw(given)
}
