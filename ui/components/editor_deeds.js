// What the editor does when it is asked: by a button, by a key, by the server.
const SHOWS_WITHOUT = {
  crop: ['crop', 'packshot', 'upscale'], cutout: ['shape', 'packshot', 'upscale'],
  adjust: ['upscale'], packshot: ['upscale'], upscale: ['upscale'], versions: ['upscale'],
}
const TOAST_MS = 6000

function withDeeds(editor) {
  const { draft, stage, frames } = editor
  let toastTimer = 0
  editor.say = (text, isBad = false) => {
    clearTimeout(toastTimer)
    editor.toast.textContent = text
    editor.toast.hidden = !text
    editor.toast.classList.toggle('bad', isBad)
    if (text && !isBad) toastTimer = setTimeout(() => { editor.toast.hidden = true }, TOAST_MS)
  }
  editor.ask = (kind, more) => {
    editor.sent += 1
    editor.send({ kind, asset: editor.asset.id, number: `${Date.now()}.${editor.sent}`, ...more })
  }
  editor.open = (asset) => {
    frames.forget()
    editor.asset = asset
    const isKept = draft.load()
    stage.after.alt = asset.label
    stage.before.alt = `${asset.label}, before`
    stage.after.src = asset.large
    stage.pane.style.setProperty('--ghost', `url("${asset.large}")`)
    stage.size = [0, 0]
    stage.resize(...asset.size)
    editor.touch.strokes = strokesFrom(draft.now.cutout?.strokes || [], asset.size)
    editor.mask.strokes = draft.mask
    editor.mask.undone = editor.touch.undone = []
    editor.asked = ''
    seesThrough(asset).then((is) => {
      if (editor.asset !== asset || !is) return
      asset.hasAlpha = true
      editor.update()
    })
    if (isKept) editor.say('What you had not saved is here again.')
    editor.choose(editor.tool)
    stage.compare()
  }
  editor.shownSteps = () => (editor.tool === 'prompt' ? [] : stepsOf(draft.now, SHOWS_WITHOUT[editor.tool]))
  editor.shapeSteps = () => {
    if (editor.tool === 'prompt' || editor.tool === 'cutout') return []
    return shapeOf(draft.now, editor.tool !== 'crop')
  }
  editor.choose = (tool) => {
    editor.tool = tool
    remember(TOOL, tool)
    for (const tab of editor.rail.children) {
      const is = tab.dataset.tool === tool
      tab.setAttribute('aria-selected', String(is))
      tab.tabIndex = is ? 0 : -1
    }
    const panel = panelOf(editor, tool)
    for (const one of Object.values(editor.panels)) one.hidden = one !== panel
    editor.crop.box.hidden = tool !== 'crop'
    const kinds = { cutout: ['restore', 'erase'], prompt: ['add', 'rub', 'box', 'lasso'] }[tool]
    if (kinds && !kinds.includes(editor.brush.kind)) editor.brush.kind = kinds[0]
    for (const [painter, name] of [[editor.touch, 'cutout'], [editor.mask, 'prompt']]) {
      painter.setSize(...editor.asset.size)
      painter.show(tool === name)
      painter.draw()
    }
    editor.changed(false)
  }
  editor.changed = (isLive) => {
    frames.refresh(isLive)
    editor.update()
  }
  // The frame is here: what was painted is in it, and the crop stands on its own size.
  editor.frameShown = ({ isLive }) => {
    stage.note.textContent = frames.error
    stage.note.hidden = !frames.error
    if (!frames.waits()) editor.touch.canvas.hidden = true
    if (editor.tool === 'crop') editor.crop.set(draft.now.crop)
    if (!isLive) editor.update()
  }
  editor.update = () => {
    const { tool } = editor
    if (!editor.updates[tool]) return
    // The panel says where the frame stands, so the frame is set first.
    if (tool === 'crop') editor.crop.set(draft.now.crop)
    editor.updates[tool]()
    editor.undoButton.disabled = !editor.mayUndo()
    editor.redoButton.disabled = !editor.mayRedo()
    const isUnsaved = draft.isUnsaved()
    editor.status.textContent = editor.mayEdit ? (isUnsaved ? 'You have unsaved changes' : '') : 'You can look, but not change'
    editor.saveButton.disabled = !isUnsaved || !editor.mayEdit || Boolean(editor.progress)
    editor.resetButton.hidden = !isUnsaved
    editor.splitButton.setAttribute('aria-pressed', String(stage.isSplit))
    stage.pane.classList.toggle('ghost', tool === 'cutout' && editor.isGhost && Boolean(draft.now.cutout))
    stage.pane.classList.toggle('clear', editor.isTransparent() || editor.asset.hasAlpha)
    editor.meter.show(editor.progress)
    editor.saver.draw()
    editor.shown()
  }
  editor.shown = () => {
    editor.percent.textContent = `${Math.round(stage.scale * devicePixelRatio * 100)} %`
    stage.over.classList.toggle('quiet-crop', editor.tool !== 'crop')
  }
  editor.isTransparent = () => {
    const { now } = draft
    if (now.packshot || now.background) return false
    return Boolean(now.cutout) || editor.asset.hasAlpha
  }
  editor.cropRatio = () => {
    const [w, h] = ratioText(editor).split(':').map(Number)
    return w && h ? w / h : 0
  }
  // The size of the result in pixels; how the frame that is shown came out is taken as measure.
  editor.resultSize = (without) => {
    const { now } = draft
    let [width, height] = editor.asset.size
    if (now.quarters % 2) [width, height] = [height, width]
    if (now.degrees) [width, height] = straightened(width, height, now.degrees)
    if (now.crop) [width, height] = [Math.max(1, Math.round(now.crop[2] * width)), Math.max(1, Math.round(now.crop[3] * height))]
    if (now.packshot) {
      const [w, h] = now.packshot.ratio.split(':').map(Number)
      const longest = now.packshot.canvas_px;
      [width, height] = w >= h ? [longest, Math.round((longest * h) / w)] : [Math.round((longest * w) / h), longest]
    }
    const times = now.upscale && !without.includes('upscale') ? now.upscale.factor : 1
    return [width * times, height * times]
  }
  editor.upscaleSeconds = (megapixels, method) => {
    const { seconds_per_megapixel: pace } = editor.options
    return Math.max(1, megapixels * (pace[method] ?? pace[editor.options.methods[0][0]] ?? 2))
  }
  editor.copied = () => remembered(COPIED, null)
  editor.copyAdjustments = (adjust) => {
    remember(COPIED, adjust)
    editor.ask('copied', { adjust })
  }
  editor.mayUndo = () => (editor.tool === 'prompt' ? editor.mask.strokes.length : draft.past.length) > 0
  editor.mayRedo = () => (editor.tool === 'prompt' ? editor.mask.undone.length : draft.future.length) > 0
  const again = (turn) => {
    const words = draft[turn]()
    editor.touch.strokes = strokesFrom(draft.now.cutout?.strokes || [], editor.asset.size)
    editor.touch.draw()
    if (words) editor.say(turn === 'undo' ? `Taken back: ${words}` : `Done again: ${words}`)
  }
  editor.undo = () => (editor.tool === 'prompt' ? editor.mask.undo() : again('undo'))
  editor.redo = () => (editor.tool === 'prompt' ? editor.mask.redo() : again('redo'))
  editor.hold = (is) => {
    if (stage.isHeld === is) return
    stage.isHeld = is
    stage.compare()
  }
  editor.divide = () => {
    stage.isSplit = !stage.isSplit
    stage.compare()
    editor.update()
  }
  editor.wholeScreen = () => {
    if (document.fullscreenElement) document.exitFullscreen()
    else editor.root.requestFullscreen?.()
  }
  editor.save = (how) => {
    editor.say('')
    draft.saving = JSON.stringify(stepsOf(draft.now))
    draft.keep()
    editor.ask('save', { steps: stepsOf(draft.now), ...how })
  }
  // What was changed while it was saved is not in the new version, and so is kept.
  editor.noteSaved = ({ number, saved }) => {
    if (saved.from !== editor.asset.id || number === editor.heard) return
    if (draft.saving === JSON.stringify(stepsOf(draft.now))) draft.forget()
  }
  // What the server says: a sentence, or a picture that was chosen.
  editor.hear = ({ text, is_bad: isBad, background }) => {
    if (background) draft.say({ background: { kind: 'picture', asset_id: background } }, { words: 'Background picture' })
    if (text) editor.say(text, isBad)
  }
  withBrushes(editor)
  withEdits(editor)
}

// Whether a picture is transparent somewhere; a JPEG never is.
async function seesThrough({ mime, thumb }) {
  if (mime === 'image/jpeg') return false
  const image = new Image()
  image.src = thumb
  try {
    await image.decode()
  } catch {
    return false
  }
  const small = document.createElement('canvas')
  small.width = small.height = 64
  const pen = small.getContext('2d', { willReadFrequently: true })
  pen.drawImage(image, 0, 0, 64, 64)
  return pen.getImageData(0, 0, 64, 64).data.some((value, at) => at % 4 === 3 && value < 250)
}

// The largest upright part of a picture that is turned by a few degrees, of the picture's own ratio.
function straightened(width, height, degrees) {
  const turn = (Math.abs(degrees) * Math.PI) / 180
  const [long, short] = [Math.max(width, height), Math.min(width, height)]
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)]
  if (short <= 2 * sin * cos * long || Math.abs(sin - cos) < 1e-9) {
    const half = short / 2
    const [w, h] = [half / sin, half / cos]
    return (width >= height ? [w, h] : [h, w]).map(Math.floor)
  }
  const both = cos * cos - sin * sin
  return [(width * cos - height * sin) / both, (height * cos - width * sin) / both].map(Math.floor)
}

function strokesFrom(shares, [width, height]) {
  const longest = Math.max(width, height)
  return shares.map(({ kind, radius, points }) => ({
    shape: 'brush', paint: kind, radius: radius * longest, points: points.map(([x, y]) => [x * width, y * height]),
  }))
}
