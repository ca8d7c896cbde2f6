// Where the picture is seen: zoomed, moved, and beside what it was before.
const MOST_SCALE = 16
const SPACE = 24

function newStage(editor, parent) {
  const box = element('div', 'stage', parent)
  box.tabIndex = 0
  box.setAttribute('role', 'group')
  box.setAttribute('aria-label', 'Picture. Arrow keys move it, plus and minus zoom.')
  const pane = element('div', 'pane', box)
  const after = element('img', 'after', pane)
  const before = element('img', 'before', pane)
  for (const image of [after, before]) {
    image.draggable = false
    image.decoding = 'async'
  }
  const over = element('div', 'over', pane)
  const split = button('divider', pane, undefined, 'Divider between before and after')
  split.setAttribute('role', 'slider')
  const tag = element('span', 'tag', box)
  const note = element('div', 'stage-note', box)
  note.setAttribute('role', 'status')
  const busy = element('div', 'busy', box)
  busy.hidden = true
  const wait = element('div', 'stage-wait', box, 'Working on the preview …')
  wait.setAttribute('role', 'status')
  const stage = {
    box, pane, over, before, after, tag, note, busy, wait,
    size: [1, 1], extent: [1, 1], scale: 1, left: 0, top: 0, isFitted: true, isSplit: false, isHeld: false, at: 0.5,
  }
  stage.room = () => [box.clientWidth, box.clientHeight]
  stage.fitScale = () => {
    const [width, height] = stage.room()
    const margin = Math.min(SPACE, width / 20)
    const [wide, high] = [stage.size[0] * stage.extent[0], stage.size[1] * stage.extent[1]]
    return Math.max(0.001, Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high))
  }
  stage.fit = () => {
    const [width, height] = stage.room()
    stage.isFitted = true
    stage.scale = Math.min(stage.fitScale(), stage.size[0] < 64 ? 8 : 2)
    stage.left = (width - stage.size[0] * stage.scale) / 2
    stage.top = (height - stage.size[1] * stage.scale) / 2
    stage.draw()
  }
  // What is under the pointer stays there.
  stage.zoomTo = (scale, x, y) => {
    const [width, height] = stage.room()
    const [atX, atY] = [x ?? width / 2, y ?? height / 2]
    const least = Math.min(stage.fitScale() / 2, 1)
    const next = clamp(scale, least, MOST_SCALE)
    stage.left = atX - ((atX - stage.left) * next) / stage.scale
    stage.top = atY - ((atY - stage.top) * next) / stage.scale
    stage.scale = next
    stage.isFitted = false
    stage.draw()
    editor.frames.sharpen()
  }
  stage.move = (dx, dy) => {
    stage.left += dx
    stage.top += dy
    stage.isFitted = false
    stage.draw()
  }
  // Another size of the same place, as after a crop: the view begins anew.
  stage.resize = (width, height) => {
    const isSame = Math.abs(stage.size[0] - width) < 1 && Math.abs(stage.size[1] - height) < 1
    if (isSame) return
    stage.size = [width, height]
    stage.fit()
  }
  stage.draw = () => {
    const [width, height] = stage.room()
    const [wide, high] = [stage.size[0] * stage.scale, stage.size[1] * stage.scale]
    const keep = 48
    stage.left = clamp(stage.left, keep - wide, width - keep)
    stage.top = clamp(stage.top, keep - high, height - keep)
    Object.assign(pane.style, {
      left: `${stage.left}px`, top: `${stage.top}px`, width: `${wide}px`, height: `${high}px`,
    })
    pane.classList.toggle('pixels', stage.scale * devicePixelRatio >= 4)
    editor.shown?.()
  }
  // A point of the window as a share of the picture.
  stage.point = (event) => {
    const place = pane.getBoundingClientRect()
    return [(event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height]
  }
  stage.compare = () => {
    const isBefore = stage.isHeld
    const isSplit = stage.isSplit && !isBefore
    before.hidden = !isBefore && !isSplit
    split.hidden = !isSplit
    before.style.clipPath = isSplit ? `inset(0 ${100 - stage.at * 100}% 0 0)` : ''
    after.style.clipPath = isSplit ? `inset(0 0 0 ${stage.at * 100}%)` : ''
    after.style.visibility = isBefore ? 'hidden' : ''
    over.style.visibility = isBefore || isSplit ? 'hidden' : ''
    split.style.left = `${stage.at * 100}%`
    split.setAttribute('aria-valuenow', String(Math.round(stage.at * 100)))
    tag.hidden = !isBefore && !isSplit
    tag.textContent = isBefore ? 'Before' : 'Before | After'
    if (isBefore || isSplit) editor.frames.showBefore()
    editor.shown?.()
  }
  split.setAttribute('aria-valuemin', '0')
  split.setAttribute('aria-valuemax', '100')
  split.onpointerdown = (event) => {
    event.stopPropagation()
    split.setPointerCapture(event.pointerId)
    split.onpointermove = (moved) => {
      stage.at = clamp(stage.point(moved)[0], 0, 1)
      stage.compare()
    }
  }
  split.onpointerup = split.onpointercancel = () => { split.onpointermove = null }
  split.onkeydown = (event) => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key]
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    stage.at = clamp(stage.at + step, 0, 1)
    stage.compare()
  }
  listen(editor, stage)
  stage.compare()
  return stage
}

// One finger or button works with the tool or moves the picture, two fingers zoom.
function listen(editor, stage) {
  const { box } = stage
  const down = new Map()
  let stroke = null
  let pinch = null
  const spread = () => {
    const [one, other] = [...down.values()]
    const place = box.getBoundingClientRect()
    return {
      apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
      x: (one.clientX + other.clientX) / 2 - place.left,
      y: (one.clientY + other.clientY) / 2 - place.top,
    }
  }
  box.addEventListener('pointerdown', (event) => {
    if (event.target.closest('button, input')) return
    box.focus({ preventScroll: true })
    down.set(event.pointerId, event)
    box.setPointerCapture(event.pointerId)
    if (down.size === 2) {
      stroke?.cancel?.()
      stroke = null
      pinch = spread()
      return
    }
    if (down.size > 1) return
    const isMove = event.button === 1 || editor.isSpaceDown
    if (event.button > 1) return
    const tool = isMove || stage.isSplit ? null : editor.toolStroke(event)
    event.preventDefault()
    stroke = tool || moveStroke(stage, event)
  })
  box.addEventListener('pointermove', (event) => {
    if (!down.has(event.pointerId)) {
      editor.hover?.(event)
      return
    }
    down.set(event.pointerId, event)
    if (pinch && down.size === 2) {
      const now = spread()
      stage.move(now.x - pinch.x, now.y - pinch.y)
      stage.zoomTo((stage.scale * now.apart) / Math.max(1, pinch.apart), now.x, now.y)
      pinch = now
    } else if (stroke) {
      const all = event.getCoalescedEvents?.() || []
      for (const one of all.length ? all : [event]) stroke.move(one)
      editor.hover?.(event)
    }
  })
  const up = (event) => {
    if (!down.delete(event.pointerId)) return
    if (down.size < 2) pinch = null
    if (!down.size && stroke) {
      if (event.type === 'pointerup') stroke.end?.(event)
      else stroke.cancel?.()
      stroke = null
    }
    box.classList.remove('grabbing')
  }
  box.addEventListener('pointerup', up)
  box.addEventListener('pointercancel', up)
  box.addEventListener('pointerleave', () => editor.hover?.(null))
  box.addEventListener('dblclick', (event) => {
    if (event.target.closest('button') || editor.keepsDoubleClicks?.()) return
    const place = box.getBoundingClientRect()
    if (stage.isFitted) stage.zoomTo(Math.max(1, stage.scale * 2), event.clientX - place.left, event.clientY - place.top)
    else stage.fit()
  })
  box.addEventListener('wheel', (event) => {
    event.preventDefault()
    const place = box.getBoundingClientRect()
    if (event.shiftKey) return stage.move(-event.deltaY || -event.deltaX, 0)
    const by = Math.exp(-clamp(event.deltaY, -120, 120) * (event.ctrlKey ? 0.01 : 0.0025))
    stage.zoomTo(stage.scale * by, event.clientX - place.left, event.clientY - place.top)
  }, { passive: false })
  new ResizeObserver(() => (stage.isFitted ? stage.fit() : stage.draw())).observe(box)
}

function moveStroke(stage, begun) {
  let last = begun
  stage.box.classList.add('grabbing')
  return {
    move(event) {
      stage.move(event.clientX - last.clientX, event.clientY - last.clientY)
      last = event
    },
  }
}
