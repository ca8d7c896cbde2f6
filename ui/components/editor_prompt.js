// Editing by words: what is painted may change, the words say how, and the cost is known before.
const MODES = [
  ['edit', 'brush', 'Edit', 'Say what to change; paint where, and nothing else changes.'],
  ['erase', 'wipe', 'Erase', 'Paint over what has to go; the image model fills the place.'],
  ['expand', 'whole', 'Expand', 'Another ratio: the image model paints what lies beyond the frame.'],
  ['again_larger', 'larger', 'Again, larger', 'The image model makes the picture anew with more pixels. Small things may differ.'],
]
const QUOTE_MS = 500

// The smallest size that has clearly more pixels than the picture, or the largest there is.
function largerSize({ sizes }, [width, height]) {
  const pixels = (size) => (1024 * parseInt(size, 10)) ** 2
  return sizes.find((one) => pixels(one) > width * height * 1.1) || sizes.at(-1)
}

function newEdit(options) {
  const image_model = options.models[0]?.id || ''
  return { mode: 'edit', image_model, size: options.models[0]?.sizes[0] || '', aspect_ratio: '16:9', count: 1, feather: 6, place: 0.5 }
}

function promptPanel(editor, panel) {
  const { draft, options } = editor
  const { edit } = editor
  heading(panel, 'Prompt')
  if (!options.models.length) {
    const box = element('div', 'notice', panel)
    icon('lock', box)
    element('p', '', box, 'There is no key of an image model here, so pictures cannot be edited by words. All other tools work without one, free of charge.')
  }
  const unsaved = element('p', 'notice', panel)
  const modes = segments(panel, 'What to do', MODES.map(([value, picture, label, hint]) => [value, label, picture, hint]), (value) => {
    // What was said for one thing is not sent with another.
    draft.heard = { ...draft.heard, [edit.mode]: draft.words }
    draft.words = draft.heard[value] || ''
    edit.mode = value
    const spec = options.models.find((one) => one.id === edit.image_model)
    if (value === 'again_larger' && spec) edit.size = largerSize(spec, editor.asset.size)
    changed()
  }, 'segments tiles-row')
  const hint = element('p', 'hint', panel)
  const where = group(panel, 'Where')
  const brushes = brushRow(editor, where, {
    paints: [['add', 'brush', 'Brush'], ['rub', 'wipe', 'Eraser']],
    shapes: [['box', 'box', 'Rectangle'], ['lasso', 'lasso', 'Lasso']],
  })
  const feather = slider(where, 'Soft edge', { low: 0, high: 60, rest: 6, unit: 'pixels' }, (value) => {
    edit.feather = value
    editor.mask.soften(value)
    editor.update()
  })
  const row = element('div', 'button-row', where)
  const invert = iconButton('second', row, 'invert', 'Invert what is painted', 'Invert')
  invert.onclick = () => editor.mask.add({ shape: 'invert', paint: 'add', points: [] })
  const clear = iconButton('second', row, 'bin', 'Clear what is painted', 'Clear')
  clear.onclick = () => editor.mask.clear()
  const painted = element('p', 'hint', where)
  const words = element('label', 'field words', panel)
  element('span', 'label', words, 'Your words')
  const area = element('textarea', '', words)
  area.rows = 3
  area.maxLength = options.limits.words
  area.value = draft.words
  toldLater(area, (text) => {
    draft.words = text
    draft.keep()
    editor.update()
  })
  area.addEventListener('input', () => {
    draft.words = area.value
    fit(area)
    editor.update()
  })
  const shown = group(panel, 'Shown to the model')
  const references = element('div', 'chips', shown)
  const add = iconButton('add', shown, 'plus', 'Add a picture', 'Add a picture')
  add.onclick = () => editor.ask('pick', { target: 'reference' })
  const how = group(panel, 'Picture')
  const pair = element('div', 'pair', how)
  const model = choice(pair, 'Image model', options.models.map((one) => [one.id, one.label]), (value) => {
    edit.image_model = value
    const found = options.models.find((one) => one.id === value)
    if (!found.sizes.includes(edit.size)) edit.size = found.sizes[0]
    changed()
  })
  const size = labelled(how, 'Size', [...new Set(options.models.flatMap((one) => one.sizes))].map((one) => [one, one]), (value) => {
    edit.size = value
    changed()
  })
  const ratio = choice(pair, 'New ratio', options.ratios.map((one) => [one, one]), (value) => {
    edit.aspect_ratio = value
    changed()
  })
  const place = labelled(how, 'Where the picture stands in it', [[0, 'Start'], [0.5, 'Middle'], [1, 'End']], (value) => {
    edit.place = value
    changed()
  })
  const count = labelled(how, 'How many', [1, 2, 3, 4].map((one) => [one, String(one)]), (value) => {
    edit.count = value
    changed()
  })
  const cost = element('p', 'cost', panel)
  cost.setAttribute('role', 'status')
  const keeps = element('p', 'hint', panel)
  const go = iconButton('main wide', panel, 'spark', 'Make the edit', 'Make the edit')
  go.onclick = () => editor.submitEdit()
  function showReferences(seen) {
    references.dataset.seen = seen
    references.replaceChildren()
    for (const [id, src, label, role] of editor.references) {
      const chip = element('span', 'chip', references)
      face(chip, { src, letter: label }, 'face tiny')
      element('span', 'name', chip, label)
      const part = element('select', '', chip)
      part.setAttribute('aria-label', `What ${label} is shown for`)
      for (const [value, text] of options.roles) element('option', '', part, text).value = value
      part.value = role
      part.onchange = () => editor.ask('role', { id, role: part.value })
      const off = iconButton('bare', chip, 'cross', `Remove ${label}`)
      off.onclick = () => editor.ask('unpick', { id })
    }
  }
  let timer = 0
  function changed() {
    editor.update()
    editor.stage.compare()
  }
  const quote = () => {
    const key = editor.quoteKey()
    if (!options.models.length || editor.quote?.key === key || editor.asked === key) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (editor.isGone || editor.tool !== 'prompt') return
      editor.asked = editor.quoteKey()
      editor.askQuote(editor.asked)
    }, QUOTE_MS)
  }
  return () => {
    const isPainted = ['edit', 'erase'].includes(edit.mode)
    modes.show(edit.mode)
    hint.textContent = MODES.find(([value]) => value === edit.mode)[3]
    unsaved.hidden = !draft.isUnsaved()
    unsaved.textContent = 'This works on the saved picture. Save your unsaved changes first if they are to be part of it.'
    where.hidden = !isPainted
    editor.mask.show(isPainted && editor.tool === 'prompt')
    brushes()
    feather.show(edit.feather)
    const share = editor.mask.share()
    painted.textContent = share > 0
      ? `${share < 0.01 ? 'Less than 1' : Math.round(share * 100)} % of the picture is painted. The rest stays as it is, pixel for pixel.`
      : edit.mode === 'erase' ? 'Paint over what has to go.' : 'Nothing is painted: the whole picture may change.'
    invert.disabled = clear.disabled = !editor.mask.strokes.length
    words.hidden = edit.mode === 'again_larger'
    area.placeholder = { edit: 'Put a linen cushion on the chair', erase: 'What is behind it, if that helps', expand: 'What lies beyond the frame, if that matters' }[edit.mode] || ''
    if (area.value !== draft.words && area.getRootNode().activeElement !== area) area.value = draft.words
    shown.hidden = edit.mode !== 'edit'
    const seen = JSON.stringify(editor.references)
    if (references.dataset.seen !== seen) showReferences(seen)
    const spec = options.models.find((one) => one.id === edit.image_model)
    add.hidden = !spec || editor.references.length >= spec.most
    model.box.hidden = options.models.length < 2
    model.show(edit.image_model)
    ratio.box.hidden = edit.mode !== 'expand'
    ratio.show(edit.aspect_ratio)
    place.box.hidden = edit.mode !== 'expand'
    place.show(edit.place)
    size.box.hidden = !spec
    for (const one of size.row.children) one.hidden = spec && !spec.sizes.includes(one.dataset.value)
    size.show(edit.size)
    count.show(edit.count)
    how.hidden = !spec
    const missing = editor.missingForEdit(share)
    const known = editor.quote?.key === editor.quoteKey() ? editor.quote : null
    cost.hidden = !spec
    cost.textContent = missing || (known ? known.refusal || known.sentence : 'Asking what it costs …')
    keeps.textContent = missing || !known ? '' : known.keeps
    cost.classList.toggle('refused-cost', Boolean(!missing && known?.refusal))
    go.hidden = !spec
    go.disabled = Boolean(missing || known?.refusal || editor.progress || !editor.mayEdit)
    editor.showExpansion(edit.mode === 'expand' && editor.tool === 'prompt' ? edit.aspect_ratio : '', edit.place)
    if (!missing) quote()
  }
}
