// Draws the choices as a radio group. Labels only ever become text or an attribute.
function face(thumb) {
  const box = document.createElement('span')
  box.className = 'face'
  if (thumb.src) {
    const image = new Image()
    image.decoding = 'async'
    image.alt = ''
    image.onerror = () => image.remove()
    image.src = thumb.src
    box.append(image)
  } else box.style.background = thumb.fill
  return box
}

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const [label, thumbs, chosen, width, showsLabels, shape] = data
  let group = parentElement.querySelector('.thumbs')
  if (!group) {
    group = document.createElement('div')
    group.className = 'thumbs'
    group.setAttribute('role', 'radiogroup')
    parentElement.append(group)
  }
  group.setAttribute('aria-label', label)
  // Wide ones stand in one row that scrolls; all others take as many rows as they need.
  const isRow = shape === 'wide'
  group.className = `thumbs ${shape}${isRow ? ' row' : ''}`
  group.style.gridTemplateColumns = isRow ? '' : `repeat(auto-fill, minmax(${width}px, 1fr))`

  const shown = JSON.stringify([thumbs, showsLabels])
  if (group.dataset.shown !== shown) {
    group.dataset.shown = shown
    group.replaceChildren(...thumbs.map(thumb => {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'thumb'
      button.dataset.id = thumb.id
      button.title = thumb.label
      button.setAttribute('role', 'radio')
      button.setAttribute('aria-label', thumb.label)
      button.append(face(thumb))
      if (showsLabels) {
        const text = document.createElement('span')
        text.className = 'label'
        text.textContent = thumb.label
        button.append(text)
      }
      return button
    }))
  }

  const buttons = [...group.children]
  const mark = id => buttons.forEach((button, place) => {
    const isChosen = button.dataset.id === id
    const isFirst = place === 0 && !buttons.some(other => other.dataset.id === id)
    button.setAttribute('aria-checked', String(isChosen))
    button.tabIndex = isChosen || isFirst ? 0 : -1
  })
  const choose = button => { mark(button.dataset.id); setStateValue('picked', button.dataset.id) }
  mark(chosen)
  buttons.forEach((button, place) => {
    button.onclick = () => choose(button)
    button.onkeydown = event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      if (!step) return
      event.preventDefault()
      const next = buttons[(place + step + buttons.length) % buttons.length]
      next.focus()
      choose(next)
    }
  })
}
