// Draws pictures beside each other. Texts only ever become text or an attribute, never markup.
function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [pictures, pinned] = data
  let frame = parentElement.querySelector('.frame')
  if (!frame) {
    frame = document.createElement('div')
    frame.className = 'frame'
    parentElement.append(frame)
  }
  const shown = JSON.stringify(data)
  if (frame.dataset.shown === shown) return
  frame.dataset.shown = shown
  frame.replaceChildren()
  const row = element('div', 'row', frame)
  row.setAttribute('role', 'list')
  row.setAttribute('aria-label', 'Compared pictures')
  pictures.forEach((picture, at) => {
    const isPinned = at < pinned
    const card = element('figure', isPinned ? 'pinned' : '', row)
    card.setAttribute('role', 'listitem')
    const image = element('img', '', card)
    image.decoding = 'async'
    image.alt = picture.title
    image.src = picture.src
    element('figcaption', '', card, picture.title)
    if (isPinned) return
    const gone = element('button', '', card, '×')
    gone.type = 'button'
    gone.setAttribute('aria-label', `Compare ${picture.title} no more`)
    gone.onclick = () => setTriggerValue('event', picture.id)
  })
  const clear = element('button', 'clear', frame, 'Close the comparison')
  clear.type = 'button'
  clear.onclick = () => setTriggerValue('event', 'clear')
}
