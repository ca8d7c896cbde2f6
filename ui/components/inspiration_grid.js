// Draws photos to take. Data only ever becomes text or a checked attribute, never markup.
const EAGER = 8
const ROW_PX = 138

function element(tag, className, parent) {
  const made = document.createElement(tag)
  made.className = className
  if (parent) parent.append(made)
  return made
}

function link(text, url, parent) {
  if (!/^https:\/\//i.test(url)) {
    element('span', '', parent).textContent = text
    return
  }
  const made = element('a', '', parent)
  made.href = url
  made.target = '_blank'
  made.rel = 'noopener noreferrer'
  made.textContent = text
}

function credit(item, card) {
  // In two parts, of which the second goes below where a photo is narrow: both are to be read.
  const line = element('div', 'credit', card)
  const who = element('span', '', line)
  who.append('Photo by ')
  link(item.by, item.by_url, who)
  line.append(' ')
  const where = element('span', '', line)
  where.append('on ')
  link(item.site, item.site_url, where)
}

function build(item, position) {
  // A very long or tall photo would leave nothing beside it.
  const ratio = Math.min(2.4, Math.max(0.72, item.width_px / item.height_px))
  const card = element('li', 'card')
  card.dataset.id = item.id
  card.style.flexGrow = ratio
  card.style.flexBasis = `${Math.round(ratio * ROW_PX)}px`
  card.style.maxWidth = `${Math.round(ratio * ROW_PX * 1.9)}px`
  const take = element('button', 'take', card)
  take.type = 'button'
  take.title = item.label
  take.setAttribute('aria-label', `Use ${item.label}${item.by ? ` by ${item.by}` : ''}`)
  const frame = element('span', 'frame', take)
  frame.style.aspectRatio = String(ratio)
  if (/^#[0-9a-f]{6}$/i.test(item.fill)) frame.style.backgroundColor = item.fill
  const image = element('img', '', frame)
  image.alt = ''
  image.decoding = 'async'
  image.loading = position < EAGER ? 'eager' : 'lazy'
  image.onload = () => frame.classList.add('seen')
  image.onerror = () => {
    image.remove()
    element('span', 'gone', frame).textContent = 'This photo cannot be shown'
  }
  if (item.src.endsWith('/w320')) {
    image.sizes = `${Math.round(ratio * ROW_PX * 1.4)}px`
    image.srcset = `${item.src} 320w, ${item.src.slice(0, -4)}w640 640w`
  }
  image.src = item.src
  element('span', 'busy', frame)
  if (item.note) element('span', 'note', take).textContent = item.note
  if (item.by) credit(item, card)
  return card
}

// One stop for the Tab key: the arrows go from photo to photo, Tab on to the links of its credit.
function rove(list, target) {
  const cards = [...list.querySelectorAll('.card')]
  const current = target || cards[0]
  for (const card of cards) {
    for (const stop of card.querySelectorAll('button, a')) stop.tabIndex = card === current ? 0 : -1
  }
}

function inRow(cards, from, down) {
  const here = cards[from].getBoundingClientRect()
  const middle = here.left + here.width / 2
  const rows = cards.map((card) => card.getBoundingClientRect())
  const others = rows.filter((box) => (down ? box.top > here.top + 4 : box.top < here.top - 4))
  if (!others.length) return from
  const top = down
    ? Math.min(...others.map((box) => box.top)) : Math.max(...others.map((box) => box.top))
  const distance = (box) => Math.abs(box.left + box.width / 2 - middle)
  const nearest = others.filter((box) => Math.abs(box.top - top) < 4)
    .reduce((best, box) => (distance(box) < distance(best) ? box : best))
  return rows.indexOf(nearest)
}

function move(list, key) {
  const cards = [...list.querySelectorAll('.card')]
  const from = cards.indexOf(document.activeElement?.closest('.card'))
  if (from < 0) return false
  const to = {
    ArrowRight: () => from + 1, ArrowLeft: () => from - 1, Home: () => 0,
    End: () => cards.length - 1, ArrowDown: () => inRow(cards, from, true),
    ArrowUp: () => inRow(cards, from, false),
  }[key]?.()
  if (to === undefined) return false
  if (cards[to]) {
    rove(list, cards[to])
    cards[to].querySelector('.take').focus()
  }
  return true
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [items, answer] = data
  let list = parentElement.querySelector('.epox-photos')
  if (!list) {
    list = element('ul', 'epox-photos', parentElement)
    list.setAttribute('role', 'list')
  }
  const shown = JSON.stringify(items)
  if (list.dataset.shown !== shown) {
    list.dataset.shown = shown
    list.replaceChildren(...items.map(build))
    rove(list)
  }
  if (list.dataset.answer !== String(answer)) {
    list.dataset.answer = String(answer)
    list.classList.remove('waiting')
    for (const card of list.children) card.removeAttribute('aria-busy')
  }
  list.onclick = (event) => {
    const card = event.target.closest('.card')
    // One at a time: what was taken is fetched and checked first.
    if (!card || !event.target.closest('.take') || list.classList.contains('waiting')) return
    list.classList.add('waiting')
    card.setAttribute('aria-busy', 'true')
    setTriggerValue('picked', card.dataset.id)
  }
  list.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (move(list, event.key)) event.preventDefault()
  }
  list.onfocusin = (event) => rove(list, event.target.closest('.card'))
}
