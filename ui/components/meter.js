// Draws how full something is. Texts only ever become text or an attribute, never markup.
function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

export default function ({ data, parentElement }) {
  const [parts, label] = data
  let box = parentElement.querySelector('.meter')
  if (!box) box = element('div', 'meter', parentElement)
  box.replaceChildren()
  const bar = element('div', 'bar', box)
  bar.setAttribute('role', 'img')
  bar.setAttribute('aria-label', label)
  bar.hidden = !parts.some((part) => part.share > 0)
  const legend = element('ul', 'legend', box)
  legend.setAttribute('role', 'list')
  for (const part of parts) {
    const colour = `${part.tone}${part.is_soft ? ' soft' : ''}`
    if (part.share > 0) element('i', colour, bar).style.flexGrow = String(part.share)
    const item = element('li', '', legend)
    element('i', colour, item).setAttribute('aria-hidden', 'true')
    element('span', '', item, part.name)
    element('b', '', item, part.text)
  }
}
