// Brushes on the picture, edits by words, and keys.
function withBrushes(editor) {
  const { stage, draft } = editor
  // The brush is as large on the screen as its slider says, whatever the zoom.
  const radius = () => (1.5 + editor.brush.size ** 1.35 / 6) / stage.scale
  const isPainting = () => (editor.tool === 'cutout' && Boolean(draft.now.cutout))
    || (editor.tool === 'prompt' && ['edit', 'erase'].includes(editor.edit.mode))
  editor.toolStroke = (event) => {
    if (!isPainting() || !editor.mayEdit) return null
    const { kind } = editor.brush
    if (editor.tool === 'cutout') {
      editor.touch.canvas.hidden = false
      return editor.touch.stroke(event, { shape: 'brush', radius: radius(), paint: kind })
    }
    const isRubbed = kind === 'rub' || event.altKey
    const shape = ['box', 'lasso'].includes(kind) ? kind : 'brush'
    return editor.mask.stroke(event, { shape, radius: radius(), paint: isRubbed ? 'erase' : 'add' })
  }
  editor.keepsDoubleClicks = isPainting
  editor.hover = (event) => {
    const isShown = event && isPainting() && event.pointerType !== 'touch' && !['box', 'lasso'].includes(editor.brush.kind)
    editor.ring.hidden = !isShown
    stage.box.classList.toggle('painting', isPainting())
    if (!isShown) return
    const place = stage.box.getBoundingClientRect()
    const size = radius() * stage.scale * 2
    Object.assign(editor.ring.style, {
      width: `${size}px`, height: `${size}px`,
      left: `${event.clientX - place.left - size / 2}px`, top: `${event.clientY - place.top - size / 2}px`,
    })
  }
}

function withEdits(editor) {
  const { draft, stage } = editor
  editor.editNow = () => {
    const { mode, image_model, size, aspect_ratio, count, feather, place } = editor.edit
    const isMasked = ['edit', 'erase'].includes(mode) && editor.mask.strokes.length > 0
    return {
      mode, image_model, size, count, instruction: mode === 'again_larger' ? '' : draft.words.trim(),
      aspect_ratio: mode === 'expand' ? aspect_ratio : '', place,
      references: mode === 'edit' ? editor.references.map(([id, , , role]) => [role, id]) : [],
      mask: isMasked ? JSON.stringify(editor.mask.strokes) : '', feather_px: isMasked ? feather : 0,
    }
  }
  // What the cost hangs on; of the words only how many there are, roughly.
  editor.quoteKey = () => {
    const { instruction, mask, ...rest } = editor.editNow()
    return JSON.stringify([editor.asset.id, rest, Math.ceil(instruction.length / 200), hashed(mask)])
  }
  // The edit as the server takes it: what is painted is there already, under a number.
  const sendable = async () => {
    const { mask, ...edit } = editor.editNow()
    if (mask && editor.kept?.mask !== mask) editor.kept = { mask, id: await sentMask(editor) }
    return { ...edit, mask_id: mask ? editor.kept.id : null }
  }
  const trouble = (error) => editor.say(error instanceof TypeError ? 'The server cannot be reached. Your mask is kept here.' : error.message, true)
  editor.askQuote = async (key) => {
    try {
      const edit = await sendable()
      if (key === editor.quoteKey()) editor.ask('quote', { key, edit })
    } catch (error) {
      trouble(error)
    }
  }
  editor.missingForEdit = (share) => {
    const { mode } = editor.edit
    if (!editor.options.models.length) return ' '
    if (mode === 'edit' && !draft.words.trim()) return 'Say what to change.'
    if (mode === 'erase' && share <= 0) return 'Paint over what has to go.'
    return ''
  }
  editor.submitEdit = async () => {
    try {
      editor.ask('edit', { edit: await sendable() })
    } catch (error) {
      trouble(error)
    }
  }
  editor.showExpansion = (ratio, place) => {
    const [w, h] = ratio.split(':').map(Number)
    const [width, height] = stage.size
    editor.expansion.hidden = !ratio
    const wanted = ratio ? w / h : width / height
    const [wide, high] = wanted > width / height ? [height * wanted, height] : [width, width / wanted]
    Object.assign(editor.expansion.style, {
      width: `${(wide / width) * 100}%`, height: `${(high / height) * 100}%`,
      left: `${(1 - wide / width) * place * 100}%`, top: `${(1 - high / height) * place * 100}%`,
    })
    const extent = [wide / width, high / height]
    if (same(extent, stage.extent)) return
    stage.extent = extent
    if (stage.isFitted) stage.fit()
  }
  // A small part of the middle, enlarged as it will be, beside the plain enlargement.
  editor.lookClosely = async () => {
    const before = stepsOf(draft.now, ['upscale'])
    const [width, height] = editor.resultSize(['upscale'])
    const part = Math.min(1, 220 / Math.max(width, height))
    const middle = (1 - part) / 2
    const crop = { tool: 'crop', left: middle, top: middle, width: part, height: part }
    editor.closely.replaceChildren()
    editor.closely.hidden = false
    for (const [label, method] of [['As it is', 'lanczos'], ['Upscaled', draft.now.upscale.method]]) {
      const figure = element('figure', '', editor.closely)
      const image = element('img', '', figure)
      element('figcaption', 'hint', figure, label)
      image.alt = label
      const steps = [...before, crop, { tool: 'upscale', factor: draft.now.upscale.factor, method }]
      const lane = method === 'lanczos' ? 'plain' : 'fine'
      const answer = await preview(editor, steps, WIDTHS[2], lane).catch(() => null)
      if (answer?.ok) await painted(image, await answer.blob())
      else figure.lastChild.textContent = 'This part cannot be shown now.'
    }
  }
}

// A short mark of a long text: equal texts have equal ones.
function hashed(text) {
  let mark = 0
  for (let at = 0; at < text.length; at += 1) mark = (mark * 31 + text.charCodeAt(at)) | 0
  return mark
}

async function sentMask(editor) {
  const [width, height] = editor.asset.size
  const png = await (await editor.mask.png(width, height)).arrayBuffer()
  const answer = await fetch(`/previews/${editor.asset.id}/masks`, { method: 'POST', body: png, headers: { 'Content-Type': 'image/png' } })
  const said = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Error(said.error || 'The mask could not be kept. It is still here; please try again.')
  return said.mask_id
}

function listenToKeys(editor) {
  const { stage } = editor
  const isTyping = (event) => {
    const target = event.composedPath()[0]
    return target instanceof Element && Boolean(target.closest('input:not([type=range]):not([type=checkbox]), textarea, select'))
  }
  const deeds = {
    0: () => stage.fit(), 1: () => stage.zoomTo(1 / devicePixelRatio), '+': () => stage.zoomTo(stage.scale * 1.25),
    '=': () => stage.zoomTo(stage.scale * 1.25), '-': () => stage.zoomTo(stage.scale / 1.25),
    s: () => editor.divide(), f: () => editor.wholeScreen(),
    '[': () => { editor.brush.size = clamp(editor.brush.size - 4, 1, 100); editor.update() },
    ']': () => { editor.brush.size = clamp(editor.brush.size + 4, 1, 100); editor.update() },
  }
  for (const [name, , , key] of TOOLS) deeds[key] = () => editor.choose(name)
  const withControl = (event) => {
    const key = event.key.toLowerCase()
    if (key === 'z') (event.shiftKey ? editor.redo : editor.undo)()
    else if (key === 'y') editor.redo()
    else if (key === 's' && !editor.saveButton.disabled) editor.saver.open()
    else if (key !== 's') return
    stopped(event)
  }
  editor.root.addEventListener('keydown', (event) => {
    if (isTyping(event)) return
    if (event.ctrlKey || event.metaKey) return withControl(event)
    if (event.key === '\\') return editor.hold(true)
    if (event.key === ' ' && event.composedPath()[0] === stage.box) {
      editor.isSpaceDown = true
      return stopped(event)
    }
    const step = ARROWS[event.key]
    if (step && event.composedPath()[0] === stage.box) {
      stage.move(-step[0] * 40, -step[1] * 40)
      return stopped(event)
    }
    const deed = !event.altKey && deeds[event.key.toLowerCase()]
    if (!deed) return
    deed()
    stopped(event)
  })
  editor.root.addEventListener('keyup', (event) => {
    if (event.key === '\\') editor.hold(false)
    if (event.key === ' ') editor.isSpaceDown = false
  })
  editor.root.addEventListener('focusout', () => {
    editor.isSpaceDown = false
    editor.hold(false)
  })
}
