// The panels of cutting out, of what is put behind a product, and of packshots.
function brushRow(editor, parent, { shapes, paints }) {
  const row = element('div', 'brushes', parent)
  row.setAttribute('role', 'radiogroup')
  row.setAttribute('aria-label', 'What the pointer does')
  const all = []
  for (const [name, picture, label] of [...paints, ...shapes]) {
    const made = iconButton('tile-button', row, picture, label)
    made.setAttribute('role', 'radio')
    made.dataset.value = name
    element('span', '', made, label)
    made.onclick = () => {
      editor.brush.kind = name
      editor.update()
    }
    all.push(made)
  }
  const size = slider(parent, 'Brush size', { low: 1, high: 100, rest: 20 }, (value) => {
    editor.brush.size = value
    editor.update()
  })
  size.box.querySelector('.number').title = 'Keys [ and ]'
  return () => {
    for (const one of all) one.setAttribute('aria-checked', String(one.dataset.value === editor.brush.kind))
    size.show(editor.brush.size)
  }
}

function cutoutPanel(editor, panel) {
  const { draft } = editor
  const deeds = heading(panel, 'Cut out')
  const clear = button('quiet', deeds, 'Remove')
  clear.onclick = () => {
    editor.touch.set([])
    draft.say({ cutout: null, background: null }, { words: 'No cut-out' })
  }
  const start = element('div', 'start', panel)
  element('p', 'hint', start, 'Epox finds the product and makes the rest transparent, on this machine, free of charge. Afterwards you correct the edge with a brush.')
  const go = iconButton('main wide', start, 'cut', 'Cut out the product', 'Cut out the product')
  go.onclick = () => draft.say({ cutout: { strokes: [], feather_px: 0 } }, { words: 'Cut out' })
  const touch = group(panel, 'Correct the edge')
  const brushes = brushRow(editor, touch, {
    paints: [['restore', 'brush', 'Restore'], ['erase', 'wipe', 'Erase']], shapes: [],
  })
  const ghost = toggle(touch, 'Show faintly what was cut away', (is) => {
    editor.isGhost = is
    editor.update()
  })
  const feather = slider(touch, 'Soft edge', { low: 0, high: 20, step: 0.5, unit: 'pixels' }, (value, isDone) => {
    draft.say({ cutout: { ...draft.now.cutout, feather_px: value } }, { isDone, words: 'Soft edge' })
  })
  const row = element('div', 'button-row', touch)
  const none = button('second', row, 'Remove all strokes')
  none.onclick = () => editor.touch.clear()
  const behind = backgroundGroup(editor, panel)
  return () => {
    const { cutout } = draft.now
    start.hidden = Boolean(cutout)
    touch.hidden = clear.hidden = !cutout
    none.disabled = !cutout?.strokes?.length
    ghost.show(editor.isGhost)
    feather.show(cutout?.feather_px || 0)
    brushes()
    behind(Boolean(cutout) || editor.asset.hasAlpha)
  }
}

function backgroundGroup(editor, panel) {
  const { draft, options } = editor
  const box = group(panel, 'Background')
  const say = (change, words = 'Background') => draft.say({ background: change }, { words })
  const kinds = segments(box, 'Background', Object.entries(options.backgrounds), (kind) => {
    if (kind === 'transparent') say(null)
    else if (kind === 'white') say({ kind })
    else if (kind === 'colour') say({ kind, colour: '#f2efe9' })
    else if (kind === 'gradient') say({ kind, colour: '#ffffff', second_colour: '#dcdce4', degrees: 0 })
    else if (draft.now.background?.kind !== 'picture') editor.ask('pick', { target: 'background' })
  }, 'segments wrap')
  const more = element('div', 'more', box)
  const brand = element('div', 'swatches', more)
  for (const colour of options.colours) {
    const made = button('swatch', brand, undefined, `Colour ${colour}`)
    made.style.background = colour
    made.onclick = () => say({ ...draft.now.background, colour })
  }
  const first = colourField(more, 'Colour', '#f2efe9', (colour) => say({ ...draft.now.background, colour }))
  const second = colourField(more, 'Second colour', '#dcdce4', (colour) => say({ ...draft.now.background, second_colour: colour }))
  const degrees = slider(more, 'Direction', { low: -180, high: 180, step: 5, unit: 'degrees' }, (value, isDone) => {
    draft.say({ background: { ...draft.now.background, degrees: value } }, { isDone, words: 'Direction' })
  })
  const picture = iconButton('second wide', more, 'picture', 'Choose another picture', 'Choose another picture')
  picture.onclick = () => editor.ask('pick', { target: 'background' })
  return (isShown) => {
    box.hidden = !isShown
    const now = draft.now.background
    const kind = now?.kind || 'transparent'
    kinds.show(kind)
    const isColoured = ['colour', 'gradient'].includes(kind)
    more.hidden = !isColoured && kind !== 'picture'
    brand.hidden = !isColoured || !brand.childElementCount
    first.box.hidden = !isColoured
    second.box.hidden = kind !== 'gradient'
    degrees.box.hidden = kind !== 'gradient'
    picture.hidden = kind !== 'picture'
    if (now?.colour) first.show(now.colour)
    if (now?.second_colour) second.show(now.second_colour)
    degrees.show(now?.degrees || 0)
  }
}

function packshotPanel(editor, panel) {
  const { draft, options } = editor
  const deeds = heading(panel, 'Packshot', 'The product alone, in the middle of pure white, as marketplaces ask for it.')
  const clear = button('quiet', deeds, 'Off')
  clear.onclick = () => draft.say({ packshot: null }, { words: 'No packshot' })
  const first = options.channels[0]
  const say = (change, words, isDone = true) => {
    const now = draft.now.packshot || { channel: first.name, ...first.values }
    draft.say({ packshot: { ...now, ...change } }, { words, isDone })
  }
  const where = group(panel, 'For')
  const tiles = radios(where, 'Marketplace', 'channel-list')
  for (const channel of options.channels) {
    const made = button('channel', tiles)
    made.setAttribute('role', 'radio')
    made.dataset.value = channel.name
    element('b', '', made, channel.label)
    element('span', 'hint', made, channel.note)
    made.onclick = () => say({ channel: channel.name, ...channel.values }, `Packshot for ${channel.label}`)
  }
  const own = group(panel, 'Its measures')
  const changed = (change, words, isDone) => say({ ...change, channel: '' }, words, isDone)
  const fill = slider(own, 'Product fills', { low: 10, high: 100, rest: 85, unit: 'percent' }, (value, isDone) => {
    const margin = Math.min(draft.now.packshot?.margin || 0, Math.max(0, (100 - value) / 2))
    changed({ fill: value, margin }, 'Fill', isDone)
  })
  const shadow = slider(own, 'Shadow under it', { low: 0, high: 100, unit: 'percent' }, (value, isDone) => changed({ shadow: value }, 'Shadow', isDone))
  const pair = element('div', 'pair', own)
  const ratio = choice(pair, 'Ratio', options.ratios.map((one) => [one, one]), (value) => changed({ ratio: value }, `Packshot ${value}`))
  const canvas = numberField(pair, 'Longer side', { low: options.limits.canvas[0], high: options.limits.canvas[1] }, (value) => changed({ canvas_px: value }, 'Canvas'))
  const line = element('p', 'hint', panel)
  return () => {
    const now = draft.now.packshot
    check(tiles, (tile) => tile.dataset.value === now?.channel)
    own.hidden = clear.hidden = !now
    line.textContent = now ? 'If nothing was cut out yet, Epox finds the product itself; correct it under Cut out.' : ''
    if (!now) return
    fill.show(now.fill)
    shadow.show(now.shadow)
    ratio.show(now.ratio)
    canvas.show(now.canvas_px)
  }
}
