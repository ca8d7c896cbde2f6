// One picture after the other over the whole window, judged by keys. What is done is shown at
// once and sent; it is sent again until the script says that it was answered.
const PRELOAD = [1, 2, 3, -1]
const REST_MS = 220
const AGAIN_MS = 6000
const NEAR = 15
const MAX_HELD = 60
const JUDGING = ['approved', 'needs_edit', 'rejected', 'unreviewed']
const DEAF_MS = 1500
const LETTERS = { a: 'approved', e: 'needs_edit', r: 'rejected', x: 'rejected', Backspace: 'unreviewed' }

function changed(card, [, , action, value]) {
  const after = { ...card }
  if (JUDGING.includes(action)) {
    if (card.review !== action) Object.assign(after, { reason: '', note: '' })
    after.review = action
  } else if (action === 'reason') after.reason = value
  else if (action === 'note') after.note = value
  else if (action === 'rate') after.rating = Number(value)
  else if (action === 'pin' || action === 'unpin') after.is_pinned = action === 'pin'
  else if (action === 'trash') after.gone = true
  return after
}

function remember(dialog) {
  dialog.memory = {
    id: '', blocks: [], cards: new Map(), photos: new Map(), pending: [], last: 0, options: {},
    ticked: new Set(), asking: '', beside: false, detail: null, wants: 0, held: [],
    asked: 0, went: 0, preloaded: [],
  }
  return dialog.memory
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [blocks, cards, options, answered, refusals, photos, detail] = data
  const dialog = parentElement.querySelector('.lightbox') || build(parentElement)
  const memory = dialog.memory || remember(dialog)
  const isFirst = !memory.id
  memory.blocks = blocks
  memory.options = options
  memory.ticked = new Set(options.ticked)
  memory.last = Math.max(memory.last, answered)
  memory.pending = memory.pending.filter(([number]) => number > answered)
  for (const card of cards) memory.cards.set(card.id, { ...memory.cards.get(card.id), ...card })
  for (const [product, url] of photos) memory.photos.set(product, url)
  if (detail) memory.detail = detail

  const order = () => memory.blocks.flat()
  const cardOf = (id) => {
    const card = memory.cards.get(id)
    const mine = memory.pending.filter(([, of]) => of === id)
    return card && mine.reduce(changed, card)
  }
  const current = () => cardOf(memory.id)

  const push = () => {
    dialog.dataset.waiting = memory.pending.length
    setTriggerValue('events', memory.pending.slice(-200))
  }
  const send = (action, value = '', id = memory.id) => {
    // Of where one looks only the last counts.
    if (action === 'see') memory.pending = memory.pending.filter(([, , one]) => one !== 'see')
    memory.last += 1
    memory.pending.push([memory.last, id, action, String(value)])
    push()
    clearTimeout(memory.again)
    memory.again = setTimeout(() => memory.pending.length && dialog.isConnected && push(), AGAIN_MS)
  }
  const say = (text) => write(dialog, '.live', text)
  const refuse = (text) => {
    write(dialog, '.refusal', text)
    clearTimeout(memory.refusal)
    memory.refusal = setTimeout(() => write(dialog, '.refusal', ''), 7000)
  }

  const draw = () => {
    dialog.dataset.waiting = memory.pending.length
    const card = current()
    if (!card) return
    write(dialog, '.title', card.title)
    write(dialog, '.sub', card.subtitle)
    drawPicture(dialog, card)
    drawJudging(dialog, card, memory)
    drawProgress(dialog, memory, cardOf)
    drawPhoto(dialog, card, memory)
    dialog.querySelector('.tick').setAttribute('aria-pressed', String(memory.ticked.has(card.id)))
    const ids = order()
    const at = ids.indexOf(card.id)
    dialog.querySelector('.previous').disabled = at <= 0 && !memory.options.has_earlier
    dialog.querySelector('.next').disabled = at >= ids.length - 1 && !memory.options.has_more
  }

  const preload = () => {
    const ids = order()
    const at = ids.indexOf(memory.id)
    memory.preloaded = PRELOAD.map((step) => memory.cards.get(ids[at + step])).filter(Boolean)
      .map((card) => Object.assign(new Image(), { src: `${card.src}w1600` }))
  }
  const see = () => {
    clearTimeout(memory.rest)
    const ids = order()
    const isNear = memory.options.has_more && ids.length - ids.indexOf(memory.id) <= NEAR
    // Who is fast never rests: the next page is asked for before its border, once.
    if (isNear && memory.asked !== ids[ids.length - 1]) {
      memory.asked = ids[ids.length - 1]
      send('see')
    } else memory.rest = setTimeout(() => dialog.isConnected && send('see'), REST_MS)
  }
  const show = (id) => {
    memory.id = id
    memory.asking = ''
    dialog.querySelector('.view').classList.remove('pixels')
    closeNote()
    draw()
    say(`${dialog.querySelector('.place').textContent}: ${spoken(current())}`)
    preload()
    see()
  }
  const step = (by) => {
    const ids = order()
    const at = ids.indexOf(memory.id) + by
    if (ids[at] && memory.cards.has(ids[at])) {
      show(ids[at])
      return
    }
    memory.asking = ''
    draw()
    if (by > 0 ? memory.options.has_more || ids[at] : memory.options.has_earlier || ids[at]) {
      memory.wants = by
      send('see', by > 0 ? 'more' : 'earlier')
      say('Loading')
    } else if (by > 0) {
      refuse(`That was the last one. ${dialog.querySelector('.judged').textContent}`)
    }
  }

  const judges = () => memory.options.may_review && current()?.is_judged && !current().gone
  const judge = (verdict) => {
    if (!judges()) return
    send(verdict)
    say(SIGNS[verdict] || 'Back to review')
    memory.asking = verdict === 'needs_edit' || verdict === 'rejected' ? memory.id : ''
    if (verdict === 'approved') step(1)
    else draw()
  }
  const reason = (name) => {
    if (!judges() || memory.asking !== memory.id) return
    send('reason', name)
    say(REASONS.find(([one]) => one === name)[1])
    step(1)
  }
  const rate = (rating) => {
    if (!judges()) return
    send('rate', rating)
    say(rating ? stars(rating) : 'No stars')
    draw()
  }
  const pin = () => {
    if (!judges()) return
    const isPinned = current().is_pinned
    send(isPinned ? 'unpin' : 'pin')
    say(isPinned ? 'Pin taken off' : 'Pinned')
    draw()
  }
  const trash = () => {
    if (!memory.options.may_edit || current().gone) return
    send('trash')
    say('Moved to the trash')
    step(1)
  }
  const undo = () => {
    if (!memory.options.may_review) return
    send('undo', '', '0')
    say('Undone')
  }
  const tick = () => {
    const isTicked = memory.ticked.has(memory.id)
    if (isTicked) memory.ticked.delete(memory.id)
    else memory.ticked.add(memory.id)
    send(isTicked ? 'untick' : 'tick')
    say(isTicked ? 'Not selected' : 'Selected')
    draw()
  }
  const beside = () => {
    memory.beside = !memory.beside
    draw()
    send(memory.beside ? 'beside' : 'alone')
  }
  const zoom = () => {
    const view = dialog.querySelector('.view')
    view.classList.toggle('pixels')
    draw()
    if (!view.classList.contains('pixels')) return
    view.scrollTo((view.scrollWidth - view.clientWidth) / 2, (view.scrollHeight - view.clientHeight) / 2)
  }
  const help = (isShown) => {
    dialog.querySelector('.helping').hidden = !isShown
    dialog.querySelector('.help').setAttribute('aria-pressed', String(isShown))
  }
  const openNote = () => {
    if (!judges()) return
    if (!(current().review in SIGNS)) {
      refuse('Judge it first: a note says why.')
      // What is typed now was meant as the note, and judges nothing.
      memory.deafUntil = Date.now() + DEAF_MS
      return
    }
    const form = dialog.querySelector('.note')
    form.hidden = false
    form.querySelector('textarea').value =
      current().note ?? (memory.detail?.id === memory.id ? memory.detail.note : '')
    form.querySelector('textarea').focus()
  }
  function closeNote() {
    const form = dialog.querySelector('.note')
    if (form.hidden) return
    form.hidden = true
    dialog.querySelector('.view').focus()
  }
  const close = () => {
    clearTimeout(memory.rest)
    send('close')
    dialog.close()
  }
  const edge = (isLast) => {
    const block = memory.blocks.find((ids) => ids.includes(memory.id)) || []
    const id = isLast ? block[block.length - 1] : block[0]
    if (memory.cards.has(id)) show(id)
  }

  const KEYS = {
    ArrowRight: () => step(1), ArrowLeft: () => step(-1), Home: () => edge(false), End: () => edge(true),
    p: pin, u: undo, z: zoom, o: beside, n: openNote, c: () => send('compare'), '?': () => help(dialog.querySelector('.helping').hidden),
    ' ': tick, Delete: trash,
    Enter: () => (memory.asking === memory.id ? step(1) : send('open')),
    Escape: () => {
      if (!dialog.querySelector('.helping').hidden) help(false)
      else if (!dialog.querySelector('.note').hidden) closeNote()
      else if (!dialog.querySelector('.why').hidden) {
        memory.asking = ''
        draw()
      } else close()
    },
  }
  dialog.onkeydown = (event) => {
    // No key of the page beneath is meant while one is in here.
    event.stopPropagation()
    // Until the next picture is here, a key means that one: it is kept and done then.
    if (memory.wants && event.key !== 'Escape') {
      event.preventDefault()
      const { key, shiftKey, ctrlKey, metaKey, altKey, repeat } = event
      // The event itself forgets after its time what it was pressed on.
      const target = dialog.querySelector('.view')
      const kept = { key, shiftKey, ctrlKey, metaKey, altKey, repeat, target, preventDefault() {} }
      if (memory.held.length < MAX_HELD) memory.held.push(kept)
      return
    }
    press(event)
  }
  const press = (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z'
    if (event.target.tagName === 'TEXTAREA') {
      if (event.key === 'Escape') closeNote()
      else if (event.key === 'Enter' && !event.shiftKey) dialog.querySelector('.note').requestSubmit()
      else return
      event.preventDefault()
      return
    }
    if (isUndo) {
      event.preventDefault()
      undo()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    // Behind the sheet of keys nobody sees what a key would do.
    if (!dialog.querySelector('.helping').hidden && !['?', 'Escape', 'Shift', 'Tab'].includes(event.key)) {
      help(false)
      event.preventDefault()
      return
    }
    if (Date.now() < (memory.deafUntil || 0) && event.key !== 'Escape') {
      memory.deafUntil = Date.now() + DEAF_MS
      event.preventDefault()
      return
    }
    const isPress = event.key === 'Enter' || event.key === ' '
    if (isPress && event.target.closest('button')) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const digit = key.length === 1 && key >= '0' && key <= '9' ? Number(key) : -1
    if (memory.asking === memory.id && digit >= 1 && digit <= 8) reason(REASONS[digit - 1][0])
    else if (digit >= 0 && digit <= 5) rate(digit)
    else if (LETTERS[key]) {
      if (!event.repeat) judge(LETTERS[key])
    } else if (KEYS[key]) KEYS[key]()
    else return
    event.preventDefault()
  }
  dialog.oncancel = (event) => event.preventDefault() // Escape is answered above.

  const CLICKS = {
    previous: () => step(-1), next: () => step(1), tick, beside, zoom, pin, undo, trash, close,
    compare: () => send('compare'), page: () => send('open'),
    noting: () => (dialog.querySelector('.note').hidden ? openNote() : closeNote()),
    help: () => help(dialog.querySelector('.helping').hidden),
  }
  dialog.onclick = (event) => {
    const made = event.target.closest('button')
    if (!made || made.disabled) {
      if (event.target.closest('.helping')) help(false)
      return
    }
    if (made.classList.contains('verdict')) judge(made.dataset.verdict)
    else if (made.classList.contains('reason')) reason(made.dataset.reason)
    else if (made.classList.contains('star')) {
      const rating = Number(made.dataset.star)
      rate(rating === current().rating ? 0 : rating)
    } else {
      const name = Object.keys(CLICKS).find((one) => made.classList.contains(one))
      if (name) CLICKS[name]()
    }
    // Who clicked goes on by keys, which then mean the picture and not the button.
    if (event.detail && dialog.querySelector('.note').hidden) dialog.querySelector('.view').focus()
  }
  const form = dialog.querySelector('.note')
  if (isFirst) form.hidden = true
  form.onsubmit = (event) => {
    event.preventDefault()
    const text = form.querySelector('textarea').value.trim()
    form.hidden = true
    memory.asking = ''
    send('note', text)
    draw()
    dialog.querySelector('.view').focus()
  }
  watchPointer(dialog.querySelector('.view'), step, zoom)

  const known = order()
  if (isFirst || options.went[0] > memory.went) {
    memory.went = options.went[0]
    memory.beside = isFirst ? options.beside : memory.beside
    if (known.includes(options.went[1])) {
      memory.id = options.went[1]
      memory.asking = ''
      preload()
    }
  }
  if (!dialog.open) {
    dialog.showModal()
    dialog.querySelector('.view').focus()
  }
  draw()
  if (memory.wants) {
    const at = known.indexOf(memory.id) + memory.wants
    const isHere = known[at] && memory.cards.has(known[at])
    if (isHere || !memory.pending.length) {
      memory.wants = 0
      if (isHere) show(known[at])
      for (const event of memory.held.splice(0)) {
        if (memory.wants) memory.held.push(event)
        else if (isHere) press(event)
      }
    }
  }
  for (const [number, text] of refusals) {
    if (number > (memory.refused || 0)) refuse(text)
    memory.refused = Math.max(memory.refused || 0, number)
  }
  if (isFirst) see()
}

// A swipe steps, a double click zooms, and what is zoomed is moved by dragging.
function watchPointer(view, step, zoom) {
  let from = null
  view.onpointerdown = (event) => {
    from = [event.clientX, event.clientY, view.scrollLeft, view.scrollTop, event.pointerType]
    if (view.classList.contains('pixels') && event.pointerType === 'mouse') {
      view.setPointerCapture(event.pointerId)
    }
  }
  view.onpointermove = (event) => {
    if (!from || from[4] !== 'mouse' || !view.classList.contains('pixels')) return
    view.scrollTo(from[2] - event.clientX + from[0], from[3] - event.clientY + from[1])
  }
  view.onpointerup = (event) => {
    if (from && from[4] !== 'mouse' && !view.classList.contains('pixels')) {
      const across = event.clientX - from[0]
      if (Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(event.clientY - from[1])) {
        step(across < 0 ? 1 : -1)
      }
    }
    from = null
  }
  view.onpointercancel = () => { from = null }
  view.ondblclick = zoom
  view.ondragstart = (event) => event.preventDefault()
}
