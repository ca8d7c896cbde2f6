// Pictures that are zoomed and moved together: what one shows, all others show of themselves.
function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  if (parent) parent.append(made)
  return made
}

const SVG = 'http://www.w3.org/2000/svg'
const FILL = 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4'

// A sign is a letter, or what an icon is drawn with.
function button(className, label, sign, parent) {
  const made = element('button', className, parent)
  made.type = 'button'
  if (!/^M\d/.test(sign)) made.textContent = sign
  else {
    const svg = document.createElementNS(SVG, 'svg')
    svg.setAttribute('viewBox', '0 0 16 16')
    svg.setAttribute('aria-hidden', 'true')
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('d', sign)
    svg.append(path)
    made.append(svg)
  }
  made.title = label
  made.setAttribute('aria-label', label)
  return made
}

const STEP = 1.4
const MOST = 2 // At most each pixel of the original is drawn two pixels wide.

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high)
}

class Stage {
  constructor(onChange) {
    this.onChange = onChange
    this.panes = new Map()
    this.pointers = new Map()
    this.fit()
  }

  // The zoom is relative to the fitting size; x and y are the part of a picture that is in the
  // middle, so that pictures of other sizes show the same part.
  fit() {
    Object.assign(this, { zoom: 1, x: 0.5, y: 0.5 })
  }

  hold(id, box, image, picture) {
    const known = this.panes.get(id)
    if (known && known.picture.key === picture.key && known.box === box) return
    const pane = { box, image, picture, loaded: 0 }
    this.panes.set(id, pane)
    image.removeAttribute('src')
    box.classList.remove('broken')
    box.onwheel = (event) => this.wheel(event, pane)
    box.onpointerdown = (event) => this.down(event, pane)
    box.onpointermove = (event) => this.move(event, pane)
    box.onpointerup = (event) => this.up(event)
    box.onpointercancel = (event) => this.up(event)
    box.ondblclick = (event) => this.toggle(event, pane)
  }

  forget(ids) {
    for (const id of this.panes.keys()) if (!ids.has(id)) this.panes.delete(id)
  }

  // How many pixels of the screen a pixel of the original takes when all of it is shown.
  fitting(pane) {
    const { width, height } = pane.picture
    return Math.min(pane.box.clientWidth / width, pane.box.clientHeight / height) || 1
  }

  most() {
    const each = [...this.panes.values()].map((pane) => MOST / this.fitting(pane))
    return Math.max(2, ...each)
  }

  place(pane) {
    const { width, height } = pane.picture
    const scale = this.fitting(pane) * this.zoom
    const [w, h] = [width * scale, height * scale]
    const free = (part, size, room) => {
      if (size <= room) return (room - size) / 2
      return clamp(room / 2 - part * size, room - size, 0)
    }
    return { scale, w, h, left: free(this.x, w, pane.box.clientWidth),
      top: free(this.y, h, pane.box.clientHeight) }
  }

  draw() {
    this.zoom = clamp(this.zoom, 1, this.most())
    for (const pane of this.panes.values()) {
      if (!pane.box.clientWidth) continue
      const { w, h, left, top, scale } = this.place(pane)
      const style = pane.image.style
      style.width = `${w}px`
      style.height = `${h}px`
      style.transform = `translate(${left}px, ${top}px)`
      style.imageRendering = scale >= MOST * 0.99 ? 'pixelated' : ''
      pane.box.style.cursor = this.zoom > 1 ? 'grab' : 'zoom-in'
      pane.box.style.touchAction = this.zoom > 1 ? 'none' : 'pan-y'
      this.load(pane, Math.max(w, h) * (window.devicePixelRatio || 1))
    }
    this.onChange(this)
  }

  // The smallest file that has the pixels; a larger one that is here already stays.
  load(pane, wanted) {
    const { sources, title } = pane.picture
    const [size, url] = sources.find(([px]) => px >= wanted * 0.95) || sources[sources.length - 1]
    if (size <= pane.loaded) return
    pane.image.alt = title
    const show = () => {
      if (size < pane.loaded || !pane.image.isConnected) return
      pane.image.src = url
    }
    const isFirst = !pane.loaded
    pane.loaded = size
    pane.image.dataset.size = size
    pane.image.onerror = () => pane.box.classList.add('broken')
    if (isFirst) return show()
    const ahead = new Image()
    ahead.onload = show
    ahead.src = url
  }

  middle(pane) {
    const { w, h, left, top } = this.place(pane)
    this.x = (pane.box.clientWidth / 2 - left) / w
    this.y = (pane.box.clientHeight / 2 - top) / h
  }

  // Keeps the point under the pointer where it is while the size changes.
  zoomBy(factor, pane, clientX, clientY) {
    const first = pane || this.panes.values().next().value
    if (!first) return
    const before = this.place(first)
    const box = first.box.getBoundingClientRect()
    const px = clientX === undefined ? first.box.clientWidth / 2 : clientX - box.left
    const py = clientY === undefined ? first.box.clientHeight / 2 : clientY - box.top
    const [partX, partY] = [(px - before.left) / before.w, (py - before.top) / before.h]
    this.zoom = clamp(this.zoom * factor, 1, this.most())
    const scale = this.fitting(first) * this.zoom
    const [w, h] = [first.picture.width * scale, first.picture.height * scale]
    this.x = partX - (px - first.box.clientWidth / 2) / w
    this.y = partY - (py - first.box.clientHeight / 2) / h
    this.middle(first)
    this.draw()
  }

  panBy(dx, dy, pane) {
    const first = pane || this.panes.values().next().value
    if (!first) return
    const { w, h } = this.place(first)
    this.x -= dx / w
    this.y -= dy / h
    this.middle(first)
    this.draw()
  }

  reset() {
    this.fit()
    this.draw()
  }

  // All of it, or each pixel of the original as one of the screen.
  toggle(event, pane) {
    event.preventDefault()
    if (this.zoom > 1.01) return this.reset()
    const pixels = 1 / this.fitting(pane)
    this.zoomBy(pixels > 1.2 ? pixels : 2, pane, event.clientX, event.clientY)
  }

  // Without a zoom and without a click before, the wheel scrolls the page as anywhere else.
  wheel(event, pane) {
    const isOurs = event.ctrlKey || event.metaKey || this.zoom > 1 || this.isHeld(pane)
    if (!isOurs || (event.deltaY > 0 && this.zoom <= 1 && !event.ctrlKey)) return
    event.preventDefault()
    const lines = event.deltaMode === 1 ? 16 : 1
    const strength = event.ctrlKey ? 0.01 : 0.002
    this.zoomBy(Math.exp(-event.deltaY * lines * strength), pane, event.clientX, event.clientY)
  }

  isHeld(pane) {
    const frame = pane.box.closest('.stage')
    return frame.contains(frame.getRootNode().activeElement)
  }

  down(event, pane) {
    if (event.button > 0) return
    pane.box.setPointerCapture(event.pointerId)
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, pane })
    this.moved = 0
  }

  move(event, pane) {
    const last = this.pointers.get(event.pointerId)
    if (!last) return
    const before = this.spread()
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y]
    Object.assign(last, { x: event.clientX, y: event.clientY })
    this.moved += Math.abs(dx) + Math.abs(dy)
    const after = this.spread()
    if (before && after) this.zoomBy(after.size / before.size, pane, after.x, after.y)
    else if (this.zoom > 1) this.panBy(dx, dy, pane)
  }

  up(event) {
    this.pointers.delete(event.pointerId)
  }

  spread() {
    if (this.pointers.size !== 2) return null
    const [a, b] = [...this.pointers.values()]
    const size = Math.hypot(a.x - b.x, a.y - b.y) || 1
    return { size, x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
  }

  // Returns whether the key was one of ours.
  key(event) {
    const far = 60
    const pans = { ArrowLeft: [far, 0], ArrowRight: [-far, 0], ArrowUp: [0, far],
      ArrowDown: [0, -far] }
    if (event.key === '+' || event.key === '=') this.zoomBy(STEP)
    else if (event.key === '-' || event.key === '_') this.zoomBy(1 / STEP)
    else if (event.key === '0' && !event.shiftKey) this.reset()
    else if (pans[event.key] && this.zoom > 1) this.panBy(...pans[event.key])
    else return false
    return true
  }

  percent() {
    const first = this.panes.values().next().value
    return first ? `${Math.round(this.fitting(first) * this.zoom * 100)} %` : ''
  }
}

function zoomTools(stage, frame) {
  const tools = element('div', 'zoom', frame)
  tools.setAttribute('role', 'toolbar')
  tools.setAttribute('aria-label', 'Zoom')
  button('', 'Zoom out (−)', '−', tools).onclick = () => stage.zoomBy(1 / STEP)
  const percent = button('percent', 'Show all of it (0)', '', tools)
  percent.onclick = () => stage.reset()
  button('', 'Zoom in (+)', '+', tools).onclick = () => stage.zoomBy(STEP)
  if (document.fullscreenEnabled) {
    button('fill', 'Fill the screen (F)', FILL, tools).onclick = () => fill(frame)
  }
  return percent
}

function fill(frame) {
  if (frame.getRootNode().fullscreenElement === frame) document.exitFullscreen()
  else frame.requestFullscreen()
}
