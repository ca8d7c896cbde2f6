// What is wanted of a picture until it is saved: the steps in their order, taken back and done again
// one by one, and kept by the browser for each picture.
const BLANK = {
  ratio: 'free', custom: '', crop: null, quarters: 0, flipH: false, flipV: false, degrees: 0,
  adjust: {}, cutout: null, background: null, packshot: null, upscale: null,
}
const KEPT = 'epox.editor.'
const MOST_KEPT = 40
const MOST_HISTORY = 200
const STROKE_POINTS = 3800
const STROKES = 100

const ownBlank = () => structuredClone(BLANK)

function newDraft(editor) {
  const draft = { now: ownBlank(), past: [], future: [], mask: [], words: '' }
  const key = () => `${KEPT}${editor.asset.id}.${editor.asset.key}`
  // Where nothing can be kept, as in a private window, one still works: it is gone on reload.
  draft.keep = () => {
    try {
      const isEmpty = same(draft.now, BLANK) && !draft.mask.length && !draft.words
      if (isEmpty) localStorage.removeItem(key())
      else localStorage.setItem(key(), JSON.stringify({ at: Date.now(), saving: draft.saving, now: draft.now, past: draft.past.slice(-30), mask: draft.mask, words: draft.words }))
      pruned(key())
    } catch (error) {
      draft.isLost = Boolean(error)
    }
  }
  draft.load = () => {
    let kept = {}
    try {
      kept = JSON.parse(localStorage.getItem(key()) || '{}')
    } catch {
      kept = {}
    }
    draft.now = { ...ownBlank(), ...kept.now }
    draft.past = Array.isArray(kept.past) ? kept.past : []
    draft.future = []
    draft.saving = kept.saving || ''
    draft.mask = Array.isArray(kept.mask) ? kept.mask : []
    draft.words = typeof kept.words === 'string' ? kept.words : ''
    draft.base = structuredClone(draft.now)
    return Boolean(kept.now && !same(draft.now, BLANK))
  }
  // A change that goes on, as of a slider in the hand, is one step of the history in the end.
  draft.say = (changes, { isDone = true, words = 'Change' } = {}) => {
    if (!editor.mayEdit) return
    draft.now = { ...draft.now, ...changes }
    if (isDone && !same(draft.now, draft.base)) {
      draft.past = [...draft.past, [words, draft.base]].slice(-MOST_HISTORY)
      draft.future = []
      draft.base = structuredClone(draft.now)
      draft.keep()
    }
    editor.changed(!isDone)
  }
  draft.undo = () => {
    if (!draft.past.length) return ''
    const [words, before] = draft.past.at(-1)
    draft.past = draft.past.slice(0, -1)
    draft.future = [...draft.future, [words, draft.now]]
    draft.go(before)
    return words
  }
  draft.redo = () => {
    if (!draft.future.length) return ''
    const [words, next] = draft.future.at(-1)
    draft.future = draft.future.slice(0, -1)
    draft.past = [...draft.past, [words, draft.now]]
    draft.go(next)
    return words
  }
  draft.go = (value) => {
    draft.now = { ...ownBlank(), ...structuredClone(value) }
    draft.base = structuredClone(draft.now)
    draft.keep()
    editor.changed(false)
  }
  draft.reset = (words = 'Start over') => draft.say(ownBlank(), { words })
  draft.isUnsaved = () => stepsOf(draft.now).length > 0
  // After saving: the steps are in the new picture now.
  draft.forget = () => {
    try {
      localStorage.removeItem(key())
    } catch {
      draft.isLost = true
    }
  }
  return draft
}

function pruned(current) {
  const all = Object.keys(localStorage).filter((one) => one.startsWith(KEPT) && one !== current)
  if (all.length < MOST_KEPT) return
  const age = (one) => {
    try {
      return JSON.parse(localStorage.getItem(one)).at || 0
    } catch {
      return 0
    }
  }
  for (const one of all.sort((a, b) => age(a) - age(b)).slice(0, all.length - MOST_KEPT + 1)) localStorage.removeItem(one)
}

// The steps as the server takes them, in the one order in which they make sense together: what needs
// the whole picture comes first, what decides the canvas last.
function stepsOf(now, without = []) {
  const has = (name) => !without.includes(name)
  const steps = []
  if (now.cutout && has('cutout')) {
    steps.push({ tool: 'cutout', strokes: now.cutout.strokes || [], mask_id: null, feather_px: now.cutout.feather_px || 0 })
  }
  const moved = Object.entries(now.adjust).filter(([, value]) => value)
  if (moved.length && has('adjust')) steps.push({ tool: 'adjust', ...Object.fromEntries(moved) })
  if (has('shape')) steps.push(...shapeOf(now, has('crop')))
  // A packshot is on white, whatever stood behind the product.
  const isBehind = now.background && !(now.packshot && has('packshot'))
  if (isBehind && has('background')) steps.push({ tool: 'background', ...now.background })
  if (now.packshot && has('packshot')) {
    const { fill, canvas_px, ratio, margin, shadow } = now.packshot
    steps.push({ tool: 'packshot', fill, canvas_px, ratio, margin, shadow })
  }
  if (now.upscale && has('upscale')) steps.push({ tool: 'upscale', ...now.upscale })
  return steps
}

function shapeOf(now, withCrop) {
  const steps = []
  if (now.quarters) steps.push({ tool: 'rotate', quarters: now.quarters })
  if (now.flipH) steps.push({ tool: 'flip', is_horizontal: true })
  if (now.flipV) steps.push({ tool: 'flip', is_horizontal: false })
  if (now.degrees) steps.push({ tool: 'straighten', degrees: now.degrees })
  if (now.crop && withCrop) {
    const [left, top, width, height] = now.crop.map((share) => round(share, 7))
    steps.push({ tool: 'crop', left, top, width: Math.min(width, round(1 - left, 7)), height: Math.min(height, round(1 - top, 7)) })
  }
  return steps
}

// A list for people of what is not saved yet, each with the way to take it out.
function wordsOf(now, options) {
  const lines = []
  if (now.cutout) lines.push(['Cut out', { cutout: null }])
  const moved = Object.entries(now.adjust).filter(([, value]) => value)
  if (moved.length) {
    const names = new Map(options.adjust.flatMap(([, sliders]) => sliders.map((one) => [one.name, one.label])))
    const said = moved.slice(0, 3).map(([name, value]) => `${names.get(name) || name} ${value > 0 ? '+' : '−'}${Math.abs(value)}`)
    lines.push([said.join(', ') + (moved.length > 3 ? ` and ${moved.length - 3} more` : ''), { adjust: {} }])
  }
  if (now.quarters) lines.push([`Turned ${now.quarters * 90}°`, { quarters: 0, crop: null }])
  if (now.flipH || now.flipV) lines.push([now.flipH && now.flipV ? 'Mirrored both ways' : now.flipH ? 'Mirrored' : 'Upside down', { flipH: false, flipV: false }])
  if (now.degrees) lines.push([`Straightened ${now.degrees > 0 ? '+' : '−'}${Math.abs(now.degrees)}°`, { degrees: 0 }])
  if (now.crop) lines.push([`Crop${now.ratio === 'free' ? '' : ` ${now.ratio === 'custom' ? now.custom : now.ratio}`}`, { crop: null, ratio: 'free' }])
  if (now.background && !now.packshot) lines.push([`Background: ${options.backgrounds[now.background.kind] || now.background.kind}`, { background: null }])
  if (now.packshot) lines.push([`Packshot ${now.packshot.ratio}, ${now.packshot.fill} %`, { packshot: null }])
  if (now.upscale) lines.push([`Upscale ×${now.upscale.factor}`, { upscale: null }])
  return lines
}

// Strokes as shares of the picture, with as few points as show the same line.
function sharesOf(strokes, width, height) {
  const longest = Math.max(width, height)
  let slack = 0.0006
  const thinned = () => strokes.slice(-STROKES).map((stroke) => ({
    kind: stroke.paint, radius: round(clamp(stroke.radius / longest, 0.0005, 0.5), 5),
    points: thin(stroke.points, slack * longest).map(([x, y]) => [round(clamp(x / width, -1, 2), 4), round(clamp(y / height, -1, 2), 4)]),
  }))
  let made = thinned()
  while (made.reduce((sum, one) => sum + one.points.length, 0) > STROKE_POINTS && slack < 0.1) {
    slack *= 2
    made = thinned()
  }
  return made
}

function thin(points, slack) {
  const kept = [points[0]]
  for (const point of points.slice(1, -1)) {
    const [x, y] = kept.at(-1)
    if (Math.hypot(point[0] - x, point[1] - y) >= slack * 3) kept.push(point)
  }
  if (points.length > 1) kept.push(points.at(-1))
  return kept
}

// A quarter turn takes the crop along.
function turnedCrop(crop, isClockwise) {
  if (!crop) return null
  const [x, y, w, h] = crop
  return isClockwise ? [1 - y - h, x, h, w] : [y, 1 - x - w, h, w]
}
