// Draws what is set, a tile each. Words only ever become text; colours are set only after they were
// found to be colours.
const COLOUR = /^#[0-9a-f]{6}$/i

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function stripes(colours) {
  const known = colours.filter((colour) => COLOUR.test(colour))
  if (known.length < 2) return known[0] || ''
  const step = 100 / known.length
  return `linear-gradient(90deg, ${known.map((c, at) => `${c} ${at * step}% ${(at + 1) * step}%`).join(', ')})`
}

export default function ({ data, parentElement }) {
  parentElement.querySelector('.tiles')?.remove()
  const list = element('ul', 'tiles', parentElement)
  list.setAttribute('role', 'list')
  for (const { label, value, src, colours } of data) {
    const item = element('li', '', list)
    const face = element('div', 'face', item)
    if (colours.length) face.style.background = stripes(colours)
    else if (src) {
      const image = element('img', '', face)
      image.alt = ''
      image.loading = 'lazy'
      image.onerror = () => image.remove()
      image.src = src
    }
    element('div', 'name', item, label)
    element('div', 'value', item, value).title = value
  }
}
