// The versions of a picture as a tree, what is not saved yet, and how a version is saved.
function versionsPanel(editor, panel) {
  const deeds = heading(panel, 'Versions', 'Nothing is overwritten: each saved edit is a picture of its own. Open one to go on from there.')
  const compare = button('quiet', deeds, 'Compare')
  let picked = []
  let shape = ''
  const list = element('ul', 'versions', panel)
  list.setAttribute('aria-label', 'Versions of this picture')
  const rename = element('label', 'field', panel)
  element('span', 'label', rename, 'Name of the open version')
  const name = element('input', '', rename)
  name.type = 'text'
  name.maxLength = editor.options.limits.title
  name.onchange = () => editor.ask('rename', { title: name.value })
  name.onkeydown = (event) => { if (event.key === 'Enter') name.blur() }
  const facts = element('dl', 'facts', panel)
  facts.setAttribute('aria-label', 'Measured of the open version')
  compare.onclick = () => editor.ask('compare', { ids: picked })
  const update = () => {
    const key = JSON.stringify([editor.tree, editor.asset.id])
    compare.disabled = picked.length !== 2
    compare.textContent = picked.length === 2 ? 'Compare the two' : 'Tick two to compare'
    rename.hidden = !editor.mayEdit
    if (name.getRootNode().activeElement !== name) name.value = editor.asset.title
    if (key === shape) return
    shape = key
    facts.replaceChildren()
    facts.hidden = !editor.asset.figures.length
    for (const [label, value] of editor.asset.figures) fact(facts, label, value)
    picked = picked.filter((id) => editor.tree.some((node) => node.id === id))
    list.replaceChildren()
    for (const node of editor.tree) {
      const line = element('li', 'version', list)
      line.style.setProperty('--depth', String(Math.min(node.depth, 6)))
      line.classList.toggle('current', node.id === editor.asset.id)
      const open = button('version-open', line, undefined, `Open ${node.name}`)
      if (node.id === editor.asset.id) open.setAttribute('aria-current', 'true')
      face(open, { src: node.thumb, letter: node.name })
      const words = element('span', 'words', open)
      element('b', '', words, node.name)
      element('span', 'hint', words, node.note)
      open.onclick = () => editor.ask('open', { id: node.id })
      open.disabled = node.gone
      const tick = element('input', 'tick', line)
      tick.type = 'checkbox'
      tick.checked = picked.includes(node.id)
      tick.disabled = node.gone
      tick.setAttribute('aria-label', `Compare ${node.name}`)
      tick.onchange = () => {
        picked = tick.checked ? [...picked, node.id].slice(-2) : picked.filter((id) => id !== node.id)
        for (const [at, box] of [...list.querySelectorAll('.tick')].entries()) box.checked = picked.includes(editor.tree[at].id)
        update()
      }
    }
  }
  return update
}

// What will be saved, under what name and as what file; it stands above the picture's corner.
function newSaver(editor, parent) {
  const box = element('div', 'saver', parent)
  box.hidden = true
  box.setAttribute('role', 'dialog')
  box.setAttribute('aria-label', 'Save as a new version')
  const head = element('header', 'panel-head', box)
  element('h3', '', head, 'Save as a new version')
  const close = iconButton('bare', head, 'cross', 'Close')
  const label = element('label', 'field', box)
  element('span', 'label', label, 'Name')
  const name = element('input', '', label)
  name.type = 'text'
  name.maxLength = editor.options.limits.title
  name.placeholder = 'Without a name it is called after its tools'
  const lines = element('ul', 'lines', box)
  lines.setAttribute('aria-label', 'What is saved')
  const format = segments(box, 'File', editor.options.formats, (value) => {
    editor.format = value
    editor.changed(false)
    draw()
  })
  const note = element('p', 'hint', box)
  const go = iconButton('main wide', box, 'save', 'Save this version', 'Save')
  go.onclick = () => {
    editor.save({ format: editor.format, title: name.value.trim() })
    saver.close()
  }
  name.onkeydown = (event) => { if (event.key === 'Enter') go.click() }
  const saver = { box }
  const draw = () => {
    format.show(editor.format)
    const now = editor.draft.now
    const isClear = editor.isTransparent()
    const [width, height] = editor.resultSize([])
    note.textContent = isClear && editor.format === 'jpeg'
      ? 'JPEG cannot be transparent: what is cut out becomes white.'
      : `${width} × ${height} px. ${editor.format === 'auto' ? 'The file type is kept where it can be.' : ''}`
    lines.replaceChildren()
    for (const [text, change] of wordsOf(now, editor.options)) {
      const line = element('li', '', lines)
      element('span', '', line, text)
      const off = iconButton('bare', line, 'cross', `Leave out: ${text}`)
      off.onclick = () => {
        editor.draft.say(change, { words: `Leave out ${text}` })
        if (!editor.draft.isUnsaved()) saver.close()
      }
    }
    go.disabled = !editor.draft.isUnsaved() || !editor.mayEdit || Boolean(editor.progress)
  }
  saver.draw = () => { if (!box.hidden) draw() }
  saver.open = () => {
    box.hidden = false
    draw()
    name.focus()
  }
  saver.close = () => {
    if (box.hidden) return
    box.hidden = true
    name.value = ''
    editor.saveButton.focus()
  }
  close.onclick = saver.close
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    stopped(event)
    saver.close()
  })
  return saver
}

// What runs, in place: how far it is, how long it takes, and the way to stop it.
function newProgress(editor, parent) {
  const box = element('div', 'progress', parent)
  box.hidden = true
  box.setAttribute('role', 'status')
  const words = element('div', 'progress-words', box)
  const title = element('b', '', words)
  const left = element('span', 'hint', words)
  const bar = element('div', 'bar', box)
  const done = element('i', '', bar)
  const stop = button('quiet', box, 'Cancel')
  stop.onclick = () => editor.ask('cancel', {})
  return {
    show(progress) {
      box.hidden = !progress
      if (!progress) return
      title.textContent = progress.title
      left.textContent = progress.note
      bar.classList.toggle('unsure', progress.share === null)
      done.style.width = `${(progress.share || 0) * 100}%`
      stop.hidden = !progress.may_cancel
    },
  }
}
