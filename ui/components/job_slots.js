// Draws the pictures of a job with their histories. Data only ever becomes text or an attribute.
function element(tag, className, parent) {
  const made = document.createElement(tag)
  made.className = className
  if (parent) parent.append(made)
  return made
}

function text(tag, className, words, parent) {
  const made = element(tag, className, parent)
  made.textContent = words
  return made
}

function image(src, parent) {
  const picture = element('img', '', parent)
  picture.loading = 'lazy'
  picture.decoding = 'async'
  picture.alt = ''
  picture.onerror = () => picture.remove()
  picture.src = src
}

const SVG = 'http://www.w3.org/2000/svg'
const PATHS = {
  failed: 'M12 4L3 20h18L12 4zM12 10v4.5M12 17h.01',
  lost: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.4 2.4c-.6.3-.9.8-.9 1.6M12 16.5h.01',
  queued: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
  paused: 'M8 5v14M16 5v14',
  cancelled: 'M6 6l12 12M18 6L6 18',
  tune: 'M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4',
}

function icon(name, parent) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', PATHS[name] || '')
  svg.append(path)
  parent.append(svg)
}

function facts(pairs, className, parent) {
  const list = element('dl', className, parent)
  for (const [name, value] of pairs) {
    const pair = element('div', '', list)
    text('dt', '', name, pair)
    text('dd', '', value, pair)
  }
}

function fold(name, label, parent) {
  const made = element('details', `fold ${name}`, parent)
  made.dataset.name = name
  text('summary', '', label, made)
  return made
}

function history(item, parent) {
  if (!item.history.length) return
  const list = element('ol', 'line', fold('history', `History (${item.history.length})`, parent))
  for (const event of item.history) {
    const entry = element('li', event.tone, list)
    const at = text('time', '', event.at, entry)
    at.title = event.when
    text('span', '', event.text, entry)
  }
}

function call(item, prompts, parent) {
  const box = element('div', 'call', parent)
  const head = element('div', 'head', box)
  text('strong', '', item.title, head)
  text('span', `chip ${item.sign.tone}`, item.sign.label, head)
  facts(item.facts, 'facts', box)
  if (item.references.length) {
    text('div', 'label', 'Pictures shown to the model', box)
    const row = element('div', 'references', box)
    for (const reference of item.references) {
      const figure = element('figure', '', row)
      const frame = element('div', 'frame', figure)
      if (reference.src) image(reference.src, frame)
      text('figcaption', '', reference.label, figure)
    }
  }
  if (item.prompt >= 0) {
    text('div', 'label', 'Prompt as it was sent', box)
    text('pre', '', prompts[item.prompt] || '(empty)', box)
  }
}

function build(item, prompts) {
  const slot = element('li', 'slot')
  slot.dataset.id = item.id
  const frame = element(item.asset ? 'a' : 'div', `picture ${item.sign.tone}`, slot)
  if (item.asset) {
    frame.href = `/asset?id=${encodeURIComponent(item.asset)}`
    frame.setAttribute('aria-label', `Open ${item.title}`)
    image(item.src, frame)
  } else if (item.percent >= 0) text('span', '', `${item.percent}%`, frame)
  else {
    // The sign beside it says so already.
    frame.setAttribute('aria-hidden', 'true')
    icon(item.tile[0], frame)
    text('span', 'word', item.tile[1], frame)
  }
  const body = element('div', 'body', slot)
  const head = element('div', 'head', body)
  text('strong', '', item.title, head)
  text('span', `chip ${item.sign.tone}`, item.sign.label, head)
  if (item.note) text('span', 'note', item.note, head)
  if (item.percent >= 0) {
    const bar = element('div', 'bar', body)
    bar.setAttribute('role', 'progressbar')
    bar.setAttribute('aria-label', `${item.title}: progress`)
    bar.setAttribute('aria-valuenow', String(item.percent))
    element('i', '', bar).style.width = `${item.percent}%`
  }
  if (item.warning) text('p', 'warning', item.warning, body)
  if (item.answers.length) {
    facts(item.answers, `answers ${item.is_open_question ? 'orange' : 'red'}`, body)
  }
  if (item.studio) {
    const again = element('a', 'again', body)
    again.href = item.studio
    icon('tune', again)
    text('span', '', 'Change and make again', again)
  }
  if (item.prompt >= 0) {
    const own = fold('prompt', 'Has a prompt of its own', body)
    text('pre', '', prompts[item.prompt] || '(empty)', own)
  }
  history(item, body)
  if (item.calls.length) {
    const calls = fold('calls', item.spent, body)
    for (const one of item.calls) call(one, prompts, calls)
  }
  return slot
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [items, prompts] = data
  let list = parentElement.querySelector('.slots')
  if (!list) {
    list = element('ol', 'slots', parentElement)
    list.setAttribute('role', 'list')
  }
  items.forEach((item, position) => {
    const shown = JSON.stringify([item, item.calls.map((one) => prompts[one.prompt])])
    const old = list.children[position]
    if (old && old.dataset.id === item.id && old.dataset.shown === shown) return
    const slot = build(item, prompts)
    slot.dataset.shown = shown
    if (!old) return list.append(slot)
    // What a person has unfolded stays so, and the focus stays where it was.
    const focused = old.contains(parentElement.activeElement)
      && parentElement.activeElement.closest('details')?.dataset.name
    old.querySelectorAll('details[open]').forEach((part) => {
      const same = slot.querySelector(`details[data-name="${part.dataset.name}"]`)
      if (same) same.open = true
    })
    old.replaceWith(slot)
    if (focused) slot.querySelector(`details[data-name="${focused}"] > summary`)?.focus()
  })
  while (list.children.length > items.length) list.lastChild.remove()

  list.onclick = (event) => {
    const link = event.target.closest('a.picture, a.again')
    // With a key held, the browser opens the link itself, in another tab.
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const slot = items.find((item) => item.id === link.closest('.slot').dataset.id)
    if (!slot) return
    if (link.matches('.again')) setTriggerValue('again', slot.id)
    else setTriggerValue('opened', slot.asset)
  }
}
