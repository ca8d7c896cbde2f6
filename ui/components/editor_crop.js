// The frame of a crop: moved and drawn by its handles, and by keys pixel for pixel.
const HANDLES = [
  ['nw', 'top left corner', -1, -1], ['n', 'top edge', 0, -1], ['ne', 'top right corner', 1, -1],
  ['e', 'right edge', 1, 0], ['se', 'bottom right corner', 1, 1], ['s', 'bottom edge', 0, 1],
  ['sw', 'bottom left corner', -1, 1], ['w', 'left edge', -1, 0],
]
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function newCropFrame(editor) {
  const shade = element('div', '', element('div', 'shades', editor.stage.over))
  const box = element('div', 'crop-frame', editor.stage.over)
  box.hidden = true
  box.tabIndex = 0
  box.setAttribute('role', 'group')
  element('div', 'thirds', box)
  const size = element('span', 'crop-size', box)
  const frame = { box, rect: [0, 0, 1, 1] }
  const whole = () => editor.stage.size
  for (const [name, words, sx, sy] of HANDLES) {
    const handle = button(`handle ${name}`, box, undefined, `Crop: ${words}. Arrow keys move it.`)
    handle.onpointerdown = (event) => begin(event, handle, (start, dx, dy) => resized(frame, editor, start, sx, sy, dx, dy))
    handle.onkeydown = (event) => {
      const step = ARROWS[event.key]
      if (!step) return
      stopped(event)
      const by = event.shiftKey ? 10 : 1
      put(resized(frame, editor, inPixels(), sx, sy, step[0] * by, step[1] * by), true)
    }
  }
  const inPixels = () => {
    const [width, height] = whole()
    const [x, y, w, h] = frame.rect
    return [Math.round(x * width), Math.round(y * height), Math.round(w * width), Math.round(h * height)]
  }
  const put = ([x, y, w, h], isDone) => {
    const [width, height] = whole()
    frame.rect = [x / width, y / height, w / width, h / height]
    frame.draw()
    if (isDone) frame.onchange(frame.rect)
    else frame.onmove?.(inPixels())
  }
  function begin(event, target, change) {
    if (event.button > 0 || editor.isSpaceDown) return
    event.preventDefault()
    event.stopPropagation()
    target.focus({ preventScroll: true })
    target.setPointerCapture(event.pointerId)
    const [fromX, fromY, start] = [event.clientX, event.clientY, inPixels()]
    let isMoved = false
    box.classList.add('working')
    target.onpointermove = (moved) => {
      isMoved = true
      const { scale } = editor.stage
      put(change(start, (moved.clientX - fromX) / scale, (moved.clientY - fromY) / scale), false)
    }
    target.onpointerup = target.onpointercancel = () => {
      target.onpointermove = null
      box.classList.remove('working')
      if (isMoved) put(inPixels(), true)
    }
  }
  box.addEventListener('pointerdown', (event) => {
    if (event.target.closest('.handle')) return
    begin(event, box, (start, dx, dy) => moved(start, whole(), Math.round(dx), Math.round(dy)))
  })
  box.addEventListener('keydown', (event) => {
    const step = ARROWS[event.key]
    if (!step || event.target !== box) return
    stopped(event)
    const by = event.shiftKey ? 10 : 1
    put(moved(inPixels(), whole(), step[0] * by, step[1] * by), true)
  })
  frame.pixels = inPixels
  frame.set = (rect) => {
    frame.rect = rect || [0, 0, 1, 1]
    frame.draw()
  }
  frame.setPixels = (pixels) => put(pixels, true)
  frame.draw = () => {
    const [x, y, w, h] = frame.rect
    for (const { style } of [box, shade]) {
      Object.assign(style, { left: `${x * 100}%`, top: `${y * 100}%`, width: `${w * 100}%`, height: `${h * 100}%` })
    }
    const [, , width, height] = inPixels()
    size.textContent = `${width} × ${height}`
    box.setAttribute('aria-label', `Crop, ${width} by ${height} pixels. Arrow keys move it.`)
  }
  // The largest frame of this ratio, around the middle of the one that is there.
  frame.fitRatio = (ratio) => {
    const [width, height] = whole()
    if (!ratio) return
    const [x, y, w, h] = inPixels()
    let wide = Math.min(width, Math.sqrt(w * h * ratio))
    let high = wide / ratio
    if (frame.isUntouched() || high > height) {
      wide = Math.min(width, height * ratio)
      high = wide / ratio
    }
    const [roundW, roundH] = rounded(wide, high, ratio, width, height)
    const left = clamp(Math.round(x + (w - roundW) / 2), 0, width - roundW)
    const top = clamp(Math.round(y + (h - roundH) / 2), 0, height - roundH)
    put([left, top, roundW, roundH], true)
  }
  frame.isUntouched = () => {
    const [x, y, w, h] = inPixels()
    const [width, height] = whole()
    return x === 0 && y === 0 && w === width && h === height
  }
  return frame
}

function stopped(event) {
  event.preventDefault()
  event.stopPropagation()
}

function moved([x, y, w, h], [width, height], dx, dy) {
  return [clamp(x + dx, 0, width - w), clamp(y + dy, 0, height - h), w, h]
}

function rounded(wide, high, ratio, width, height) {
  const w = clamp(Math.round(wide), 1, width)
  const h = clamp(Math.round(ratio ? w / ratio : high), 1, height)
  return ratio ? [clamp(Math.round(h * ratio), 1, width), h] : [w, h]
}

// The edges that a handle draws move; the opposite ones stay, and with a ratio the other side follows.
function resized(frame, editor, [x, y, w, h], sx, sy, dx, dy) {
  const [width, height] = editor.stage.size
  const ratio = editor.cropRatio()
  const least = Math.min(8, width, height)
  const anchorX = sx > 0 ? x : sx < 0 ? x + w : x + w / 2
  const anchorY = sy > 0 ? y : sy < 0 ? y + h : y + h / 2
  const roomX = sx > 0 ? width - x : sx < 0 ? x + w : 2 * Math.min(anchorX, width - anchorX)
  const roomY = sy > 0 ? height - y : sy < 0 ? y + h : 2 * Math.min(anchorY, height - anchorY)
  let wide = clamp(w + sx * dx, least, sx || ratio ? roomX : w)
  let high = clamp(h + sy * dy, least, sy || ratio ? roomY : h)
  if (!sx && !ratio) wide = w
  if (!sy && !ratio) high = h
  if (ratio) {
    if (sx && (!sy || wide / high > ratio)) high = wide / ratio
    else wide = high * ratio
    const shrink = Math.min(1, roomX / wide, roomY / high)
    wide *= shrink
    high *= shrink
  }
  const [roundW, roundH] = rounded(wide, high, ratio, Math.round(roomX), Math.round(roomY))
  const left = sx > 0 ? x : sx < 0 ? x + w - roundW : Math.round(anchorX - roundW / 2)
  const top = sy > 0 ? y : sy < 0 ? y + h - roundH : Math.round(anchorY - roundH / 2)
  return [clamp(left, 0, width - roundW), clamp(top, 0, height - roundH), roundW, roundH]
}
