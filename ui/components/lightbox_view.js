// What the lightbox is made of. Data only ever becomes text or an attribute, never markup.
const SVG = 'http://www.w3.org/2000/svg'
const VERDICTS = [
  ['approved', 'Approve', 'A', 'M3 8.5l3.2 3L13 5'],
  ['needs_edit', 'Needs edit', 'E', 'M3 13l.6-2.7 7.2-7.2 2.1 2.1-7.2 7.2z'],
  ['rejected', 'Reject', 'R', 'M4 4l8 8M12 4l-8 8'],
]
const SIGNS = { approved: 'Approved', needs_edit: 'Needs edit', rejected: 'Rejected' }
const REASONS = [
  ['colour', 'Colour'], ['scale', 'Scale'], ['structure', 'Structure'], ['material', 'Material'],
  ['lighting', 'Lighting'], ['edge', 'Edge'], ['count', 'Count'], ['other', 'Other'],
]
const STAR = 'M8 1.8l1.9 4 4.3.5-3.2 3 .9 4.3L8 11.5l-3.9 2.1.9-4.3-3.2-3 4.3-.5z'
const PIN = 'M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5'
const HELP = [
  ['Look', [
    ['→ ←', 'Next, previous'], ['Home End', 'First, last of this page'],
    ['Z', 'Zoom to the pixels; drag to move'], ['O', 'Product photo beside it'],
    ['C', 'Compare with the next one, or with what is selected'],
    ['Space', 'Select'], ['Enter', 'Open its page'], ['?', 'These keys'], ['Esc', 'Back to the gallery'],
  ]],
  ['Judge', [
    ['A', 'Approve, then the next one'], ['E', 'Needs edit'], ['R', 'Reject'],
    ['1 – 8', 'After E or R: the reason'], ['N', 'Note'], ['1 – 5', 'Stars, 0 takes them away'],
    ['P', 'Pin'], ['Backspace', 'Back to review'], ['U or Ctrl+Z', 'Undo'],
  ]],
  ['Change', [['Delete', 'Move to the trash']]],
]

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text) made.textContent = text
  if (parent) parent.append(made)
  return made
}

function icon(d, parent) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', d)
  svg.append(path)
  parent.append(svg)
}

function button(className, label, hint, d, parent) {
  const made = element('button', className, parent)
  made.type = 'button'
  made.title = hint ? `${label} (${hint})` : label
  made.setAttribute('aria-label', label)
  if (d) icon(d, made)
  return made
}

function worded(made, label, key) {
  element('span', 'word', made, label)
  element('kbd', '', made, key)
  made.setAttribute('aria-keyshortcuts', key)
  return made
}

function write(root, selector, text) {
  const found = root.querySelector(selector)
  if (found.textContent !== text) found.textContent = text
  return found
}

function buildTop(dialog) {
  const top = element('header', 'top', dialog)
  const words = element('div', 'words', top)
  element('div', 'title', words)
  element('div', 'sub', words)
  const progress = element('div', 'progress', top)
  element('span', 'judged', progress)
  const meter = element('div', 'meter', progress)
  meter.setAttribute('aria-hidden', 'true')
  element('i', '', meter)
  element('span', 'place', progress)
  const tools = element('div', 'tools', top)
  button('act tick', 'Select', 'Space', 'M3 8.5l3.2 3L13 5', tools).setAttribute('aria-pressed', 'false')
  button('act beside', 'Product photo beside it', 'O', 'M2 3h5v10H2zM9 3h5v10H9z', tools)
  button('act compare', 'Compare', 'C', 'M8 1v14M2 4h4v8H2zM10 4h4v8h-4z', tools)
  button('act zoom', 'Zoom', 'Z', 'M7 2a5 5 0 100 10A5 5 0 007 2zM11 11l3.5 3.5M5 7h4M7 5v4', tools)
  button('act page', 'Open its page', 'Enter', 'M9 2h5v5M14 2L8 8M12 9v5H2V4h5', tools)
  button('act help', 'Keys', '?', 'M5.5 6a2.5 2.5 0 113.6 2.2c-.8.4-1.1.9-1.1 1.8M8 13v.01', tools)
  button('act close', 'Close', 'Esc', 'M3.5 3.5l9 9M12.5 3.5l-9 9', tools)
}

function buildStage(dialog) {
  const stage = element('div', 'stage', dialog)
  const photo = element('figure', 'photo', stage)
  element('img', '', photo).decoding = 'async'
  element('figcaption', '', photo, 'Product photo')
  const view = element('div', 'view', stage)
  view.tabIndex = 0
  view.setAttribute('role', 'group')
  element('img', 'shown', view).decoding = 'async'
  element('div', 'broken', view, 'This picture cannot be loaded.')
  element('div', 'gone', view, 'In the trash')
  button('go previous', 'Previous', '←', 'M10 3L5 8l5 5', stage)
  button('go next', 'Next', '→', 'M6 3l5 5-5 5', stage)
}

function buildJudging(dialog) {
  const bottom = element('footer', 'bottom', dialog)
  const state = element('div', 'state', bottom)
  element('span', 'sign', state)
  element('span', 'said', state)
  const judging = element('div', 'judging', bottom)
  for (const [verdict, label, key, d] of VERDICTS) {
    const made = button(`verdict ${verdict}`, label, key, d, judging)
    made.dataset.verdict = verdict
    worded(made, label, key)
  }
  const stars = element('span', 'stars', judging)
  stars.setAttribute('role', 'group')
  for (let n = 1; n <= 5; n += 1) {
    button('star', n === 1 ? '1 star' : `${n} stars`, String(n), STAR, stars).dataset.star = n
  }
  button('act pin', 'Pin', 'P', PIN, judging)
  button('act noting', 'Note', 'N', 'M3 2h10v9l-3 3H3zM5.5 5.5h5M5.5 8.5h3', judging)
  button('act undo', 'Undo', 'U', 'M6 3L2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 010 7H6', judging)
  button('act trash', 'Move to the trash', 'Delete', 'M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4', judging)
  const why = element('div', 'why', bottom)
  why.setAttribute('role', 'group')
  why.setAttribute('aria-label', 'Why?')
  element('span', 'ask', why, 'Why?')
  REASONS.forEach(([reason, label], at) => {
    const made = button('reason', label, String(at + 1), '', why)
    made.dataset.reason = reason
    element('kbd', '', made, String(at + 1))
    element('span', '', made, label)
  })
  const form = element('form', 'note', bottom)
  const field = element('textarea', '', form)
  field.maxLength = 1000
  field.rows = 2
  field.placeholder = 'What should be different?'
  field.setAttribute('aria-label', 'Note')
  const save = element('button', 'save', form, 'Save note')
  save.type = 'submit'
}

function buildHelp(dialog) {
  const help = element('div', 'helping', dialog)
  help.setAttribute('role', 'region')
  help.setAttribute('aria-label', 'Keys')
  help.hidden = true
  for (const [head, keys] of HELP) {
    const part = element('section', head.toLowerCase(), help)
    element('h2', '', part, head)
    const list = element('dl', '', part)
    for (const [key, what] of keys) {
      element('kbd', '', element('dt', '', list), key)
      element('dd', '', list, what)
    }
  }
}

function build(root) {
  const dialog = element('dialog', 'lightbox', root)
  dialog.setAttribute('aria-label', 'Review pictures')
  buildTop(dialog)
  buildStage(dialog)
  buildJudging(dialog)
  const refusal = element('div', 'refusal', dialog)
  refusal.setAttribute('role', 'alert')
  const live = element('div', 'live', dialog)
  live.setAttribute('aria-live', 'polite')
  buildHelp(dialog)
  return dialog
}

function stars(count) {
  return count === 1 ? '1 star' : `${count} stars`
}

// What of a picture is said beneath it and aloud.
function spoken(card) {
  const said = [card.title]
  if (card.gone) said.push('in the trash')
  else if (card.is_judged) said.push(SIGNS[card.review] || 'to review')
  const reason = REASONS.find(([name]) => name === card.reason)
  if (reason) said.push(reason[1])
  if (card.rating) said.push(stars(card.rating))
  if (card.is_pinned) said.push('pinned')
  return said.join(', ')
}

function drawPicture(dialog, card) {
  const image = dialog.querySelector('.shown')
  const view = dialog.querySelector('.view')
  view.classList.toggle('trashed', Boolean(card.gone))
  view.setAttribute('aria-label', spoken(card))
  const wanted = view.classList.contains('pixels') ? `${card.src}original` : `${card.src}w1600`
  if (image.getAttribute('src') === wanted) return
  view.classList.remove('failed')
  image.onerror = () => view.classList.add('failed')
  image.width = card.width
  image.height = card.height
  image.alt = card.alt || card.title
  // The thumbnail is here already and stands in until the large one is.
  image.style.backgroundImage = `url("${card.src}w320")`
  image.src = wanted
}

function drawJudging(dialog, card, memory) {
  const { may_review: mayReview, may_edit: mayEdit } = memory.options
  const judges = mayReview && card.is_judged && !card.gone
  dialog.querySelector('.helping .judge').hidden = !mayReview
  dialog.querySelector('.helping .change').hidden = !mayEdit
  const sign = write(dialog, '.sign', card.gone ? 'In the trash' : card.is_judged ? SIGNS[card.review] || 'To review' : card.kind)
  sign.className = `sign ${card.gone ? 'rejected' : card.is_judged ? card.review : ''}`
  const reason = REASONS.find(([name]) => name === card.reason)
  // Who judged it is known once it was read; what was done since then is not in it yet.
  const isPending = memory.pending.some(([, id]) => id === card.id)
  const detail = memory.detail?.id === card.id && !isPending ? memory.detail : null
  const said = detail ? [detail.line, detail.note] : [reason && reason[1], card.note]
  write(dialog, '.said', said.filter(Boolean).join(' · ')).title = said.filter(Boolean).join(' · ')
  for (const made of dialog.querySelectorAll('.verdict')) {
    made.hidden = !mayReview || !card.is_judged
    made.disabled = !judges
    made.setAttribute('aria-pressed', String(made.dataset.verdict === card.review))
  }
  const group = dialog.querySelector('.stars')
  group.hidden = !mayReview || !card.is_judged
  group.setAttribute('aria-label', `${card.rating} of 5 stars`)
  for (const star of dialog.querySelectorAll('.star')) {
    star.disabled = !judges
    star.classList.toggle('on', Number(star.dataset.star) <= card.rating)
  }
  for (const name of ['.pin', '.noting']) {
    dialog.querySelector(name).hidden = !mayReview || !card.is_judged
    dialog.querySelector(name).disabled = !judges
  }
  dialog.querySelector('.noting').hidden ||= !(card.review in SIGNS)
  dialog.querySelector('.pin').setAttribute('aria-pressed', String(card.is_pinned))
  dialog.querySelector('.undo').hidden = !mayReview
  dialog.querySelector('.undo').disabled = !memory.options.can_undo && !memory.pending.length
  dialog.querySelector('.trash').hidden = !mayEdit
  dialog.querySelector('.trash').disabled = Boolean(card.gone)
  dialog.querySelector('.why').hidden = !judges || memory.asking !== card.id
  for (const made of dialog.querySelectorAll('.reason')) {
    made.setAttribute('aria-pressed', String(made.dataset.reason === card.reason))
  }
}

function drawProgress(dialog, memory, cardOf) {
  const block = memory.blocks.find((ids) => ids.includes(memory.id)) || []
  const cards = block.map(cardOf).filter(Boolean)
  const judgeable = cards.filter((card) => card.is_judged)
  const judged = judgeable.filter((card) => card.review !== 'unreviewed' || card.gone).length
  const share = judgeable.length ? (100 * judged) / judgeable.length : 0
  dialog.querySelector('.meter i').style.width = `${share}%`
  dialog.querySelector('.meter').hidden = !judgeable.length
  write(dialog, '.judged', judgeable.length ? `${judged} of ${judgeable.length} judged` : '')
  write(dialog, '.place', `${block.indexOf(memory.id) + 1} / ${block.length}`)
}

function drawPhoto(dialog, card, memory) {
  const photo = memory.photos.get(card.product)
  const figure = dialog.querySelector('.photo')
  figure.hidden = !memory.beside
  dialog.querySelector('.beside').setAttribute('aria-pressed', String(memory.beside))
  const image = figure.querySelector('img')
  const caption = card.product ? (photo === '' ? 'The product has no photo' : 'Product photo') : 'Of no product'
  write(figure, 'figcaption', caption)
  image.hidden = !photo
  if (photo && image.getAttribute('src') !== photo) {
    image.alt = 'Product photo'
    image.src = photo
  }
}
