// The editor: what is done to one picture, seen while it is done. What is not saved yet is kept by the
// browser; the server draws each frame, so what is seen is what will be saved.
const TOOLS = [
  ['crop', 'crop', 'Crop', 'c', cropPanel], ['adjust', 'adjust', 'Adjust', 'a', adjustPanel],
  ['cutout', 'cut', 'Cut out', 'x', cutoutPanel], ['packshot', 'pack', 'Packshot', 'k', packshotPanel],
  ['upscale', 'larger', 'Upscale', 'u', upscalePanel], ['prompt', 'spark', 'Prompt', 'p', promptPanel],
  ['versions', 'tree', 'Versions', 'v', versionsPanel],
]
const EDITORS = new WeakMap()
const COPIED = 'epox.editor-copied'
const TOOL = 'epox.editor-tool'

function remembered(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? fallback
  } catch {
    return fallback
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // A private window keeps nothing; the page works all the same.
  }
}

function newEditor(root, options) {
  const editor = {
    root, options, asset: { id: 0, key: '', size: [1, 1] }, mayEdit: false, tree: [], references: [],
    quote: null, progress: null, brush: { kind: '', size: 20 }, isGhost: false, isGone: false, format: 'auto',
    edit: newEdit(options), updates: {}, panels: {}, tool: remembered(TOOL, 'crop'), sent: 0,
  }
  if (!TOOLS.some(([name]) => name === editor.tool)) editor.tool = 'crop'
  editor.draft = newDraft(editor)
  const bar = element('div', 'bar-top', root)
  const body = element('div', 'body', root)
  const rail = element('div', 'rail', body)
  const middle = element('div', 'middle', body)
  editor.frames = newFrames(editor)
  editor.stage = newStage(editor, middle)
  editor.crop = newCropFrame(editor)
  editor.touch = newPainter(editor, { veil: { restore: '#22a06b', erase: '#e5484d', add: '#22a06b' } })
  editor.mask = newPainter(editor, { veil: { add: '#e5484d' } })
  editor.ring = element('div', 'ring', editor.stage.box)
  editor.ring.hidden = true
  editor.expansion = element('div', 'expansion')
  editor.stage.pane.prepend(editor.expansion)
  editor.expansion.hidden = true
  editor.side = element('div', 'side', body)
  editor.saver = newSaver(editor, middle)
  editor.meter = newProgress(editor, middle)
  editor.toast = element('p', 'toast', middle)
  editor.toast.setAttribute('role', 'status')
  editor.toast.hidden = true
  withDeeds(editor)
  buildRail(editor, rail)
  buildBar(editor, bar)
  listenToKeys(editor)
  editor.crop.onchange = (rect) => {
    const [x, y, w, h] = rect
    const isWhole = x < 1e-6 && y < 1e-6 && w > 1 - 1e-6 && h > 1 - 1e-6
    editor.draft.say({ crop: isWhole ? null : rect }, { words: 'Crop' })
  }
  editor.touch.onchange = (strokes) => {
    const shares = sharesOf(strokes, ...editor.asset.size)
    editor.draft.say({ cutout: { ...editor.draft.now.cutout, strokes: shares } }, { words: 'Brush' })
  }
  editor.mask.onchange = (strokes) => {
    editor.draft.mask = strokes
    editor.draft.keep()
    editor.update()
  }
  return editor
}

function buildRail(editor, rail) {
  rail.setAttribute('role', 'tablist')
  rail.setAttribute('aria-label', 'Tools')
  rail.setAttribute('aria-orientation', 'vertical')
  for (const [name, picture, label, key] of TOOLS) {
    const tab = iconButton('tool', rail, picture, `${label} (${key.toUpperCase()})`)
    element('span', '', tab, label)
    tab.setAttribute('role', 'tab')
    tab.setAttribute('aria-label', label)
    tab.dataset.tool = name
    tab.onclick = () => editor.choose(name)
  }
  rail.addEventListener('keydown', (event) => {
    const step = ARROWS[event.key]
    if (!step) return
    stopped(event)
    const at = TOOLS.findIndex(([name]) => name === editor.tool)
    editor.choose(TOOLS[(at + step[0] + step[1] + TOOLS.length) % TOOLS.length][0])
    rail.querySelector('[aria-selected="true"]').focus()
  })
  editor.rail = rail
}

function buildBar(editor, bar) {
  const deed = (name, label, on, text, isExtra = false) => {
    const made = iconButton(isExtra ? 'bar-button extra' : 'bar-button', bar, name, label, text)
    made.onclick = on
    return made
  }
  editor.undoButton = deed('undo', 'Undo (Ctrl+Z)', () => editor.undo())
  editor.redoButton = deed('redo', 'Redo (Ctrl+Shift+Z)', () => editor.redo())
  editor.status = element('span', 'status', bar)
  editor.status.setAttribute('role', 'status')
  element('span', 'gap', bar)
  deed('minus', 'Zoom out (−)', () => editor.stage.zoomTo(editor.stage.scale / 1.25), undefined, true)
  editor.percent = button('bar-button percent extra', bar, '', 'Show at 100 % (1)')
  editor.percent.onclick = () => editor.stage.zoomTo(1 / devicePixelRatio)
  deed('plus', 'Zoom in (+)', () => editor.stage.zoomTo(editor.stage.scale * 1.25), undefined, true)
  deed('fit', 'Fit the window (0)', () => editor.stage.fit())
  const held = deed('eye', 'Before: hold (\\)', null, 'Before')
  held.onpointerdown = () => editor.hold(true)
  held.onpointerup = held.onpointerleave = held.onpointercancel = () => editor.hold(false)
  held.onkeydown = (event) => { if (event.key === ' ' || event.key === 'Enter') editor.hold(true) }
  held.onkeyup = () => editor.hold(false)
  editor.splitButton = deed('split', 'Before and after side by side (S)', () => editor.divide(), 'Split')
  deed('whole', 'Whole screen (F)', () => editor.wholeScreen(), undefined, true)
  editor.resetButton = button('bar-button', bar, 'Start over')
  editor.resetButton.onclick = () => {
    editor.touch.set([])
    editor.draft.reset()
  }
  editor.saveButton = iconButton('main', bar, 'save', 'Save as a new version (Ctrl+S)', 'Save')
  editor.saveButton.onclick = () => (editor.saver.box.hidden ? editor.saver.open() : editor.saver.close())
}

function panelOf(editor, name) {
  if (!editor.panels[name]) {
    const panel = element('div', 'panel', editor.side)
    panel.setAttribute('role', 'tabpanel')
    const [, , label, , build] = TOOLS.find(([tool]) => tool === name)
    panel.setAttribute('aria-label', label)
    editor.panels[name] = panel
    editor.updates[name] = build(editor, panel)
  }
  return editor.panels[name]
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [offered, asset, live] = data.map((part) => JSON.parse(part))
  let root = parentElement.querySelector('.editor')
  if (!root) {
    root = element('div', 'editor', parentElement)
    EDITORS.set(root, newEditor(root, offered))
  }
  const editor = EDITORS.get(root)
  editor.isGone = false
  editor.send = (what) => setTriggerValue('ask', what)
  Object.assign(editor, live)
  // What was saved is forgotten before its new version is opened; what is said belongs to that one.
  if (live.said.saved) editor.noteSaved(live.said)
  if (editor.asset.id !== asset.id) editor.open(asset)
  else Object.assign(editor.asset, asset)
  if (live.said.number !== editor.heard) {
    editor.heard = live.said.number
    editor.hear(live.said)
  }
  root.classList.toggle('looking', !editor.mayEdit)
  editor.update()
  return () => {
    editor.isGone = true
    editor.frames.forget()
  }
}
