// The panels of crop, adjustments and enlarging: what can be set, and what it comes to.
function heading(panel, title, hint) {
  const head = element('header', 'panel-head', panel)
  element('h3', '', head, title)
  const row = element('div', 'panel-deeds', head)
  if (hint) element('p', 'hint', panel, hint)
  return row
}

function cropPanel(editor, panel) {
  const { draft, options } = editor
  const deeds = heading(panel, 'Crop')
  const clear = button('quiet', deeds, 'Reset')
  clear.onclick = () => draft.say({ crop: null, ratio: 'free', quarters: 0, flipH: false, flipV: false, degrees: 0 }, { words: 'Reset crop' })
  const shapes = group(panel, 'Ratio')
  const tiles = radios(shapes, 'Ratio', 'shapes')
  for (const name of ['free', 'original', ...options.ratios, 'custom']) {
    const tile = button('', tiles)
    tile.setAttribute('role', 'radio')
    tile.dataset.value = name
    const [w, h] = name.includes(':') ? name.split(':').map(Number) : name === 'original' ? editor.asset.size : [4, 3]
    const face = element('span', `shape ${name}`, tile)
    const most = 20 / Math.max(w, h)
    Object.assign(face.style, { width: `${Math.max(6, w * most)}px`, height: `${Math.max(6, h * most)}px` })
    element('span', '', tile, { free: 'Free', original: 'Original', custom: 'Custom' }[name] || name)
    tile.onclick = () => {
      const custom = draft.now.custom || '7:5'
      draft.say({ ratio: name, custom: name === 'custom' ? custom : draft.now.custom }, { words: `Ratio ${name}` })
      editor.crop.fitRatio(editor.cropRatio())
    }
  }
  const own = element('div', 'pair', shapes)
  const ownPart = (at, label) => {
    const field = numberField(own, label, { low: 1, high: 9999, unit: '' }, (value) => {
      const parts = (draft.now.custom || '7:5').split(':')
      parts[at] = String(value)
      const [w, h] = parts.map(Number)
      editor.say(Math.max(w / h, h / w) > 20 ? 'A ratio can be at most 20:1.' : '')
      if (Math.max(w / h, h / w) > 20) return
      draft.say({ custom: parts.join(':') }, { words: `Ratio ${parts.join(':')}` })
      editor.crop.fitRatio(editor.cropRatio())
    })
    return field
  }
  const [ownW, ownH] = [ownPart(0, 'Width'), ownPart(1, 'Height')]
  const swap = iconButton('quiet wide', shapes, 'turn', 'Swap width and height', 'Swap width and height')
  swap.onclick = () => {
    const parts = ratioText(editor).split(':')
    if (parts.length < 2) return
    const turned = parts.reverse().join(':')
    const isKnown = options.ratios.includes(turned)
    draft.say(isKnown ? { ratio: turned } : { ratio: 'custom', custom: turned }, { words: `Ratio ${turned}` })
    editor.crop.fitRatio(editor.cropRatio())
  }
  const place = group(panel, 'Size in pixels')
  const fields = element('div', 'pair four', place)
  const one = ['Left', 'Top', 'Width', 'Height'].map((label, at) => numberField(fields, label, { low: at < 2 ? 0 : 1, high: 100_000, unit: '' }, (value) => {
    const rect = editor.crop.pixels()
    const [width, height] = editor.stage.size.map(Math.round)
    rect[at] = value
    const ratio = editor.cropRatio()
    if (ratio && at === 2) rect[3] = Math.round(rect[2] / ratio)
    if (ratio && at === 3) rect[2] = Math.round(rect[3] * ratio)
    rect[2] = clamp(rect[2], 1, width)
    rect[3] = clamp(rect[3], 1, height)
    editor.crop.setPixels(moved(rect, [width, height], 0, 0))
  }))
  editor.crop.onmove = (pixels) => pixels.forEach((value, at) => one[at].show(value))
  const turn = group(panel, 'Turn and mirror')
  const row = element('div', 'icon-row', turn)
  const deed = (name, label, words, change) => {
    const made = iconButton('tile-button', row, name, label)
    made.onclick = () => draft.say(change(draft.now), { words })
  }
  deed('left', 'Turn left', 'Turn left', (now) => ({ quarters: quarters(now, -1), crop: turnedCrop(now.crop, false), ...crossed(now, editor) }))
  deed('right', 'Turn right', 'Turn right', (now) => ({ quarters: quarters(now, 1), crop: turnedCrop(now.crop, true), ...crossed(now, editor) }))
  deed('flipH', 'Mirror left to right', 'Mirror', (now) => ({ flipH: !now.flipH, crop: now.crop && [1 - now.crop[0] - now.crop[2], ...now.crop.slice(1)], degrees: -now.degrees || 0 }))
  deed('flipV', 'Mirror upside down', 'Upside down', (now) => ({ flipV: !now.flipV, crop: now.crop && [now.crop[0], 1 - now.crop[1] - now.crop[3], now.crop[2], now.crop[3]], degrees: -now.degrees || 0 }))
  const angle = slider(turn, 'Straighten', { low: -45, high: 45, step: 0.1, unit: 'degrees' }, (value, isDone) => draft.say({ degrees: value }, { isDone, words: 'Straighten' }))
  return () => {
    const { now } = draft
    check(tiles, (tile) => tile.dataset.value === now.ratio)
    own.hidden = now.ratio !== 'custom'
    swap.hidden = now.ratio === 'free' || now.ratio === '1:1'
    const [w, h] = (now.custom || '7:5').split(':')
    ownW.show(w)
    ownH.show(h)
    angle.show(now.degrees)
    editor.crop.pixels().forEach((value, at) => one[at].show(value))
    clear.disabled = !shapeOf(now, true).length && now.ratio === 'free'
  }
}

// Mirroring comes after turning in the steps, so in a mirror one turns the other way round.
function quarters(now, by) {
  return (now.quarters + (now.flipH !== now.flipV ? -by : by) + 4) % 4
}

// The ratio that is chosen, as "4:5", or "free".
function ratioText(editor) {
  const { ratio, custom, quarters } = editor.draft.now
  if (ratio === 'custom') return custom || '7:5'
  if (ratio !== 'original') return ratio
  const [w, h] = editor.asset.size
  return quarters % 2 ? `${h}:${w}` : `${w}:${h}`
}

// A quarter turn turns the ratio too.
function crossed(now, editor) {
  if (!now.crop || now.ratio === 'free' || now.ratio === 'original' || now.ratio === '1:1') return {}
  const turned = ratioText(editor).split(':').reverse().join(':')
  return editor.options.ratios.includes(turned) ? { ratio: turned } : { ratio: 'custom', custom: turned }
}

function adjustPanel(editor, panel) {
  const { draft, options } = editor
  const deeds = heading(panel, 'Adjust')
  const clear = button('quiet', deeds, 'Reset all')
  clear.onclick = () => draft.say({ adjust: {} }, { words: 'Reset adjustments' })
  const sliders = []
  for (const [title, members] of options.adjust) {
    const box = group(panel, title)
    for (const { name, label, low, high } of members) {
      const made = slider(box, label, { low, high }, (value, isDone) => {
        const adjust = { ...draft.now.adjust, [name]: value }
        if (!value) delete adjust[name]
        draft.say({ adjust }, { isDone, words: label })
      })
      made.box.dataset.name = name
      sliders.push([name, made])
    }
  }
  const row = element('div', 'button-row', panel)
  const copy = iconButton('second', row, 'copy', 'Copy adjustments', 'Copy')
  copy.onclick = () => {
    editor.copyAdjustments(draft.now.adjust)
    editor.say('The adjustments are copied: paste them here, or onto a selection in the gallery.')
    editor.update()
  }
  const paste = iconButton('second', row, 'paste', 'Paste adjustments', 'Paste')
  paste.onclick = () => draft.say({ adjust: { ...editor.copied() } }, { words: 'Paste adjustments' })
  return () => {
    const { adjust } = draft.now
    for (const [name, made] of sliders) made.show(adjust[name] || 0)
    clear.disabled = copy.disabled = !Object.values(adjust).some(Boolean)
    paste.disabled = !editor.copied()
  }
}

function upscalePanel(editor, panel) {
  const { draft, options } = editor
  const deeds = heading(panel, 'Upscale', 'Adds pixels on this machine, free of charge. Edges stay sharp; detail that is not there is not invented.')
  const clear = button('quiet', deeds, 'Off')
  clear.onclick = () => draft.say({ upscale: null }, { words: 'No upscaling' })
  const say = (change, words) => {
    const now = draft.now.upscale || { factor: 2, method: options.methods[0][0] }
    draft.say({ upscale: { ...now, ...change } }, { words })
  }
  const box = group(panel, 'How much')
  const factor = segments(box, 'Enlarge', [[0, 'Off'], [2, '×2'], [4, '×4']], (value) => {
    if (value) say({ factor: value }, `Upscale ×${value}`)
    else draft.say({ upscale: null }, { words: 'No upscaling' })
  })
  const way = group(panel, 'How')
  const method = segments(way, 'Method', options.methods.map(([value, label]) => [value, label]), (value) => say({ method: value }, 'Method'), 'segments column')
  const facts = element('dl', 'facts', panel)
  const look = iconButton('second wide', panel, 'eye', 'Look closely at a part of it', 'Look closely at the middle')
  look.onclick = () => editor.lookClosely()
  const pair = element('div', 'closely', panel)
  editor.closely = pair
  const again = element('p', 'hint', panel)
  return () => {
    const { upscale } = draft.now
    factor.show(upscale?.factor || 0)
    method.show(upscale?.method || options.methods[0][0])
    way.hidden = facts.hidden = look.hidden = !upscale
    clear.hidden = !upscale
    pair.hidden = !upscale || !pair.childElementCount
    again.hidden = !options.models.length
    again.textContent = 'For new detail, use Prompt: “Again, larger” lets the image model make the picture anew at 2K or 4K.'
    facts.replaceChildren()
    const [width, height] = editor.resultSize(['upscale'])
    const times = upscale?.factor || 1
    const [toW, toH] = [width * times, height * times]
    fact(facts, 'Now', `${width} × ${height} px`)
    fact(facts, 'Then', `${toW} × ${toH} px`)
    const megapixels = (toW * toH) / 1e6
    fact(facts, 'Takes', `about ${seconds(editor.upscaleSeconds(megapixels, upscale?.method))}`)
    const { megapixels: most, side } = options.limits
    if (megapixels > most || Math.max(toW, toH) > side) fact(facts, 'Too large', `at most ${most} megapixels`)
  }
}

function fact(list, name, value) {
  element('dt', '', list, name)
  element('dd', '', list, value)
}
