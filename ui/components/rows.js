// Draws things as slim rows. Names only ever become text or an attribute, never markup.
const SVG = 'http://www.w3.org/2000/svg'

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function noPicture(face) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01')
  svg.append(path)
  face.replaceChildren(svg)
}

function build(row, list) {
  const item = element('li', row.is_off ? 'row off' : 'row', list)
  const line = element(row.path ? 'a' : 'div', 'line', item)
  if (row.path) {
    // In a tab of its own, so that a brief that is half written stays where it is.
    line.href = row.path
    line.target = '_blank'
    line.rel = 'noopener'
  }
  const face = element('span', 'face', line)
  if (row.src) {
    const image = element('img', '', face)
    image.alt = ''
    image.loading = 'lazy'
    image.decoding = 'async'
    image.onerror = () => noPicture(face)
    image.src = row.src
  } else noPicture(face)
  const words = element('span', 'words', line)
  element('span', 'title', words, row.title).title = row.title
  if (row.text) element('span', 'text', words, row.text)
  if (row.end) element('span', 'end', line, row.end)
}

export default function ({ data, parentElement }) {
  const [rows, width] = data
  let list = parentElement.querySelector('.rows')
  if (!list) {
    list = element('ul', 'rows', parentElement)
    list.setAttribute('role', 'list')
  }
  list.style.setProperty('--width', `${width}px`)
  // Drawn anew only when it changed, so that a rerun keeps the focus where it is.
  const shown = JSON.stringify(rows)
  if (list.dataset.shown === shown) return
  list.dataset.shown = shown
  list.replaceChildren()
  for (const row of rows) build(row, list)
}
