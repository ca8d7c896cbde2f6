// Shows one picture; a click opens the original over the whole window, another click its pixels.
function element(tag, className, parent) {
  const made = document.createElement(tag)
  made.className = className
  parent.append(made)
  return made
}

function build(root) {
  const open = element('button', 'frame', root)
  open.type = 'button'
  element('img', 'shown', open)
  element('div', 'missing', open).textContent = 'This picture cannot be loaded.'
  const dialog = element('dialog', 'full', root)
  element('img', 'original', dialog)
  const close = element('button', 'close', dialog)
  close.type = 'button'
  close.textContent = '×'
  close.setAttribute('aria-label', 'Close')
}

// Keeps the point that was clicked under the pointer while the size changes.
function zoom(dialog, image, event) {
  const box = image.getBoundingClientRect()
  const x = (event.clientX - box.left) / box.width
  const y = (event.clientY - box.top) / box.height
  dialog.classList.toggle('pixels')
  dialog.scrollTo(
    x * image.offsetWidth - dialog.clientWidth / 2,
    y * image.offsetHeight - dialog.clientHeight / 2,
  )
}

export default function ({ data, parentElement }) {
  const [shownUrl, originalUrl, width, height, label] = data
  if (!parentElement.querySelector('.frame')) build(parentElement)
  const open = parentElement.querySelector('.frame')
  const shown = parentElement.querySelector('.shown')
  const dialog = parentElement.querySelector('.full')
  const original = parentElement.querySelector('.original')
  if (shown.getAttribute('src') !== shownUrl) {
    open.classList.remove('broken')
    shown.onerror = () => open.classList.add('broken')
    shown.width = width
    shown.height = height
    shown.alt = label
    shown.src = shownUrl
    original.removeAttribute('src')
  }
  open.setAttribute('aria-label', `Zoom: ${label}`)
  dialog.setAttribute('aria-label', label)
  open.onclick = () => {
    // The smaller one stands in until the original is here, so nothing is black.
    original.alt = label
    original.width = width
    original.height = height
    original.style.backgroundImage = `url("${shownUrl}")`
    if (original.getAttribute('src') !== originalUrl) original.src = originalUrl
    dialog.classList.remove('pixels')
    dialog.showModal()
  }
  original.onclick = (event) => zoom(dialog, original, event)
  parentElement.querySelector('.close').onclick = () => dialog.close()
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close()
  }
}
