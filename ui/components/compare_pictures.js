// Draws one picture, or several to compare. Data only ever becomes text or an attribute.
const VERDICTS = [
  ['approved', 'Approve', 'A', 'M3 8.5l3.2 3L13 5'],
  ['needs_edit', 'Needs edit', 'E', 'M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2zM9.4 4.4l2.2 2.2'],
  ['rejected', 'Reject', 'R', 'M4 4l8 8M12 4l-8 8'],
]
const STAR = 'M8 1.8l1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2 .7-4.3-3.1-3 4.3-.6z'
const SIGNS = { approved: 'Approved', needs_edit: 'Needs edit', rejected: 'Rejected' }
const KEYS = { a: 'approved', e: 'needs_edit', r: 'rejected', x: 'rejected', u: 'unreviewed' }
const NARROW = 560
const CAPTION = 56

function build(picture, mayReview, mayRemove) {
  const pane = element('figure', 'pane')
  pane.dataset.id = picture.id
  const box = element('div', 'box', pane)
  const image = element('img', '', box)
  image.decoding = 'async'
  image.draggable = false
  element('div', 'missing', box, 'This picture cannot be loaded.')
  const caption = element('figcaption', '', pane)
  const choose = button('choose', '', '', caption)
  element('b', 'number', choose)
  element('span', 'title', choose)
  element('span', 'chip sign', caption)
  if (picture.is_judged && mayReview) {
    const tools = element('span', 'tools', caption)
    for (const [verdict, label, key, sign] of VERDICTS) {
      button(`verdict ${verdict}`, `${label} (${key})`, sign, tools).dataset.verdict = verdict
    }
    const stars = element('span', 'stars', tools)
    stars.setAttribute('role', 'group')
    for (let n = 1; n <= 5; n += 1) {
      const label = n === 1 ? '1 star' : `${n} stars`
      button('star', `${label} (Shift+${n})`, STAR, stars).dataset.star = n
    }
  }
  if (mayRemove && !picture.is_photo) button('gone', '', '×', pane)
  return pane
}

function update(pane, picture, number, isChosen) {
  pane.className = `pane${picture.is_photo ? ' photo' : ''}${isChosen ? ' chosen' : ''}`
  pane.dataset.review = picture.review
  const spoken = [picture.title, SIGNS[picture.review] || (picture.is_judged ? 'To review' : '')]
  const choose = pane.querySelector('.choose')
  choose.setAttribute('aria-pressed', String(isChosen))
  choose.setAttribute('aria-label', spoken.filter(Boolean).join(', '))
  choose.title = picture.subtitle || picture.title
  choose.disabled = picture.is_photo
  pane.querySelector('.number').textContent = number || ''
  pane.querySelector('.title').textContent = picture.title
  const sign = pane.querySelector('.sign')
  // Where there are buttons to judge, the pressed one says it.
  const isSaid = !picture.is_judged || pane.querySelector('.tools')
  sign.textContent = isSaid ? '' : SIGNS[picture.review] || ''
  sign.className = `chip sign ${picture.review}`
  for (const each of pane.querySelectorAll('.verdict')) {
    each.setAttribute('aria-pressed', String(each.dataset.verdict === picture.review))
  }
  for (const star of pane.querySelectorAll('.star')) {
    star.classList.toggle('on', Number(star.dataset.star) <= picture.rating)
  }
  pane.querySelector('.stars')?.setAttribute('aria-label', `${picture.rating} of 5 stars`)
  const gone = pane.querySelector('.gone')
  if (gone) gone.setAttribute('aria-label', `Compare ${picture.title} no more`)
}

// What was done and is not answered yet is shown as if it were.
function after(picture, pending) {
  const changed = { ...picture }
  for (const [, id, action, rating] of pending) {
    if (id !== picture.id) continue
    if (action === 'rate') changed.rating = rating
    else if (action in SIGNS || action === 'unreviewed') changed.review = action
  }
  return changed
}

function begin(parentElement) {
  const frame = element('div', 'stage', parentElement)
  frame.tabIndex = 0
  frame.setAttribute('role', 'group')
  const state = { frame, pending: [], last: 0, chosen: '', split: 50 }
  state.panes = element('div', 'panes', frame)
  state.line = element('div', 'line', frame)
  state.line.tabIndex = 0
  state.line.setAttribute('role', 'slider')
  state.line.setAttribute('aria-label', 'Where one picture ends and the other begins')
  element('i', '', state.line, '↔')
  const bar = element('div', 'bar', frame)
  state.hint = element('span', 'hint', bar)
  const stage = new Stage(() => {
    frame.dataset.zoom = stage.zoom.toFixed(3)
    frame.classList.toggle('zoomed', stage.zoom > 1)
    percent.textContent = stage.percent()
  })
  state.stage = stage
  const percent = zoomTools(stage, bar)
  const fillButton = bar.querySelector('.fill')
  if (fillButton) fillButton.onclick = () => fill(frame)
  state.clear = button('clear', 'Close the comparison', 'Close the comparison', bar)
  frame.addEventListener('fullscreenchange', () => lay(state))
  state.line.onpointerdown = (event) => {
    state.line.setPointerCapture(event.pointerId)
    state.dragging = true
  }
  state.line.onpointerup = () => { state.dragging = false }
  state.line.onpointermove = (event) => {
    if (!state.dragging) return
    const box = state.panes.getBoundingClientRect()
    split(state, ((event.clientX - box.left) / box.width) * 100)
  }
  return state
}

function split(state, percent) {
  state.split = clamp(percent, 0, 100)
  state.frame.style.setProperty('--split', `${state.split}%`)
  state.line.setAttribute('aria-valuenow', String(Math.round(state.split)))
}

// As many columns as leave the pictures the most room.
function columns(pictures, width, height) {
  if (width < NARROW) return Math.min(pictures.length, 2)
  const ratio = pictures[0].height / pictures[0].width
  let [best, most] = [1, 0]
  for (let across = 1; across <= pictures.length; across += 1) {
    const rows = Math.ceil(pictures.length / across)
    const size = Math.min(width / across, (height / rows - CAPTION) / ratio)
    if (size > most * 1.02) [best, most] = [across, size]
  }
  return best
}

function lay(state) {
  const { frame, panes, pictures, options } = state
  if (!pictures || !frame.isConnected) return
  const isFull = document.fullscreenElement && frame.matches(':fullscreen')
  const all = Math.max(window.innerHeight - (isFull ? 60 : options.around), 240)
  const isOne = options.mode !== 'side'
  const across = isOne ? 1 : columns(pictures, panes.clientWidth, all)
  const rows = isOne ? 1 : Math.ceil(pictures.length / across)
  panes.style.setProperty('--across', across)
  const wide = panes.clientWidth / across
  let high = Math.max(all / rows - (options.mode === 'single' ? 0 : CAPTION), 180)
  if (!isFull) {
    const tallest = Math.max(...pictures.map((one) => one.height / one.width))
    high = Math.min(high, Math.max(wide * tallest, 160))
    if (options.most) high = Math.min(high, options.most)
  }
  panes.style.setProperty('--high', `${Math.round(high)}px`)
  frame.style.setProperty('--high-line', `${Math.round(high)}px`)
  state.stage.draw()
}

function numbered(pictures) {
  return pictures.filter((picture) => !picture.is_photo)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [pictures, options, answered] = data
  const state = parentElement.compared || (parentElement.compared = begin(parentElement))
  const { frame, panes, stage } = state
  Object.assign(state, { pictures, options })
  state.pending = state.pending.filter(([number]) => number > answered)
  state.last = Math.max(state.last, answered)
  frame.dataset.mode = options.mode
  frame.setAttribute('aria-label', options.label)
  const isMany = options.mode !== 'single'
  const judged = numbered(pictures)
  if (!judged.some((one) => one.id === state.chosen)) state.chosen = judged[0]?.id || ''

  const send = (id, action, rating = 0) => {
    state.last += 1
    state.pending.push([state.last, id, action, rating])
    setTriggerValue('events', state.pending.slice(-100))
    redraw()
  }
  const judge = (id, verdict) => {
    const now = after(pictures.find((one) => one.id === id), state.pending)
    send(id, now.review === verdict ? 'unreviewed' : verdict)
  }
  const rate = (id, rating) => {
    const now = after(pictures.find((one) => one.id === id), state.pending)
    send(id, 'rate', now.rating === rating ? 0 : rating)
  }
  const choose = (id) => {
    state.chosen = id
    redraw()
  }
  const redraw = () => {
    const known = new Map([...panes.children].map((pane) => [pane.dataset.id, pane]))
    const wanted = new Set(pictures.map((picture) => picture.id))
    for (const [id, pane] of known) if (!wanted.has(id)) pane.remove()
    stage.forget(wanted)
    pictures.forEach((picture, at) => {
      let pane = known.get(picture.id)
      if (!pane) pane = build(picture, options.may_review, options.may_remove)
      const number = isMany && !picture.is_photo ? judged.indexOf(picture) + 1 : 0
      const isChosen = isMany && options.may_review && picture.id === state.chosen
      update(pane, after(picture, state.pending), number, isChosen)
      if (panes.children[at] !== pane) panes.insertBefore(pane, panes.children[at] || null)
      stage.hold(picture.id, pane.querySelector('.box'), pane.querySelector('img'), picture)
    })
  }
  redraw()
  if (state.shown !== pictures.map((one) => one.id).join()) {
    state.shown = pictures.map((one) => one.id).join()
    if (!isMany) stage.fit()
  }
  split(state, state.split)
  state.hint.textContent = options.hint
  state.clear.hidden = !options.may_remove || options.has_way_back
  state.clear.onclick = () => send('0', 'clear')
  lay(state)

  panes.onclick = (event) => {
    const pane = event.target.closest('.pane')
    if (!pane) return
    const { id } = pane.dataset
    const verdict = event.target.closest('.verdict')
    const star = event.target.closest('.star')
    if (verdict) judge(id, verdict.dataset.verdict)
    else if (star) rate(id, Number(star.dataset.star))
    else if (event.target.closest('.gone')) send(id, 'remove')
    else if (!pane.classList.contains('photo')) choose(id)
  }
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const digit = /^Digit([0-6])$/.exec(event.code)?.[1]
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const chosen = pictures.find((one) => one.id === state.chosen)
    const mayJudge = isMany && options.may_review && chosen?.is_judged
    if (event.target === state.line && key.startsWith('Arrow')) {
      split(state, state.split + (key === 'ArrowLeft' || key === 'ArrowDown' ? -2 : 2))
    } else if (key === 'f' && document.fullscreenEnabled) fill(frame)
    else if (mayJudge && event.shiftKey && digit !== undefined && digit < 6) {
      rate(state.chosen, Number(digit))
    } else if (stage.key(event)) frame.dataset.keys = 'used'
    else if (isMany && digit > 0 && judged[digit - 1]) choose(judged[digit - 1].id)
    else if (mayJudge && KEYS[key]) judge(state.chosen, KEYS[key])
    else if (key === 'Escape' && options.has_way_back && !document.fullscreenElement) send('0', 'back')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  frame.onkeydown = onKey
  // Where the comparison is the page, its keys count wherever nothing else has the focus.
  const onBody = (event) => {
    if (event.target === document.body) onKey(event)
  }
  if (options.has_way_back) document.addEventListener('keydown', onBody)
  const sizes = new ResizeObserver(() => lay(state))
  sizes.observe(panes)
  const onResize = () => lay(state)
  window.addEventListener('resize', onResize)
  return () => {
    sizes.disconnect()
    window.removeEventListener('resize', onResize)
    document.removeEventListener('keydown', onBody)
  }
}
