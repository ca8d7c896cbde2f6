// Draws jobs as rows. Data only ever becomes text or an attribute, never markup.
const SVG = 'http://www.w3.org/2000/svg'
const SHOWN = 2
const PATHS = {
  pause: 'M7 5v14M17 5v14',
  play_arrow: 'M8 5l11 7-11 7z',
  refresh: 'M20 12a8 8 0 1 1-2.3-5.7L20 8.5M20 4v4.5h-4.5',
  currency_exchange: 'M12 3v18M16.5 7.5C15.5 6 14 5.5 12 5.500c-2.5 0-4.5 1.1-4.5 3.2 0 4.6 9.3 2 9.3 6.6 0 2.2-2 3.2-4.8 3.2-2.3 0-4-.7-5-2.3',
  task_alt: 'M5 12.5l4.5 4.5L19 7.5',
  tune: 'M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4',
  close: 'M6 6l12 12M18 6L6 18',
  vertical_align_top: 'M5 4h14M12 20V8M7 13l5-5 5 5',
  bolt: 'M13 3L5 14h6l-1 7 8-11h-6z',
  schedule: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
  edit_note: 'M4 7h12M4 12h7M4 17h5M13 19l7-7-2-2-7 7v2z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
}

function element(tag, className, parent) {
  const made = document.createElement(tag)
  made.className = className
  if (parent) parent.append(made)
  return made
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

function image(src, className, parent) {
  const picture = element('img', className, parent)
  picture.loading = 'lazy'
  picture.decoding = 'async'
  picture.alt = ''
  picture.onerror = () => picture.remove()
  picture.src = src
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text
}

// Rebuilds a part only when what it shows has changed, so that a menu stays open and focus stays.
function part(row, selector, data, draw) {
  const node = row.querySelector(selector)
  const shown = JSON.stringify(data)
  if (node.dataset.shown === shown) return
  node.dataset.shown = shown
  node.replaceChildren()
  draw(node)
}

function build(item) {
  const row = element('li', 'row')
  row.dataset.id = item.id
  element('div', 'photo', row).setAttribute('aria-hidden', 'true')
  const main = element('div', 'main', row)
  const title = element('a', 'title', main)
  title.href = `/job?id=${encodeURIComponent(item.id)}`
  element('div', 'facts', main)
  const stand = element('div', 'stand', row)
  element('div', 'chips', stand)
  const bar = element('div', 'bar', stand)
  bar.setAttribute('role', 'progressbar')
  bar.setAttribute('aria-valuemin', '0')
  bar.setAttribute('aria-valuemax', '100')
  element('i', '', bar)
  element('div', 'note', stand)
  element('div', 'previews', stand).setAttribute('aria-hidden', 'true')
  const meta = element('div', 'meta', row)
  element('div', 'cost', meta)
  element('div', 'who', meta)
  element('div', 'acts', row)
  element('div', 'complaints', row)
  return row
}

function chip(sign, parent) {
  element('span', `chip ${sign.tone}`, parent).textContent = sign.label
}

function drawActions(item, acts) {
  const button = (action, parent, className) => {
    const made = element('button', className, parent)
    made.type = 'button'
    made.dataset.action = action.id
    icon(action.icon, made)
    element('span', '', made).textContent = action.label
    return made
  }
  item.actions.slice(0, SHOWN).forEach((action) => button(action, acts, 'act'))
  const rest = item.actions.slice(SHOWN)
  if (!rest.length) return
  const menu = element('details', 'menu', acts)
  const summary = element('summary', 'act', menu)
  summary.setAttribute('aria-label', `More for ${item.title}`)
  summary.title = 'More'
  icon('more', summary)
  const list = element('div', 'list', menu)
  rest.forEach((action) => button(action, list, 'choice'))
}

function update(row, item) {
  write(row.querySelector('.title'), item.title)
  write(row.querySelector('.facts'), item.facts)
  write(row.querySelector('.note'), [item.made, item.note].filter(Boolean).join(' · '))
  write(row.querySelector('.cost'), item.cost)
  write(row.querySelector('.who'), item.who)
  row.querySelector('.who').title = item.when
  part(row, '.photo', item.photo, (node) => {
    if (item.photo) image(item.photo, '', node)
  })
  part(row, '.chips', [item.sign, item.flags], (node) => {
    chip(item.sign, node)
    item.flags.forEach((flag) => chip(flag, node))
  })
  const bar = row.querySelector('.bar')
  bar.hidden = item.percent < 0
  bar.classList.toggle('moving', item.is_moving)
  bar.setAttribute('aria-valuenow', String(Math.max(0, item.percent)))
  bar.setAttribute('aria-label', `${item.title}: progress`)
  bar.querySelector('i').style.width = `${Math.max(0, item.percent)}%`
  part(row, '.previews', [item.previews, item.more], (node) => {
    item.previews.forEach((src) => image(src, '', node))
    if (item.more) element('span', '', node).textContent = `+${item.more}`
  })
  part(row, '.complaints', item.complaints, (node) => {
    item.complaints.forEach((complaint) => {
      element('div', `complaint ${complaint.tone}`, node).textContent = complaint.text
    })
  })
  part(row, '.acts', item.actions, (node) => drawActions(item, node))
}

function closeMenus(list, but) {
  list.querySelectorAll('details[open]').forEach((menu) => {
    if (menu !== but) menu.open = false
  })
}

function step(list, from, selector, by) {
  const all = [...list.querySelectorAll(selector)]
  const next = all[all.indexOf(from) + by]
  if (next) next.focus()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [items] = data
  let list = parentElement.querySelector('.rows')
  if (!list) {
    list = element('ul', 'rows', parentElement)
    list.setAttribute('role', 'list')
  }
  const old = new Map([...list.children].map((row) => [row.dataset.id, row]))
  items.forEach((item, position) => {
    const row = old.get(item.id) || build(item)
    old.delete(item.id)
    update(row, item)
    if (list.children[position] !== row) list.insertBefore(row, list.children[position] || null)
  })
  old.forEach((row) => row.remove())

  list.onclick = (event) => {
    const row = event.target.closest('.row')
    const button = event.target.closest('button[data-action]')
    closeMenus(list, event.target.closest('summary')?.parentElement)
    if (!row) return
    if (button) setTriggerValue('event', [button.dataset.action, row.dataset.id])
    else if (event.target.closest('.title')) {
      // With a key held, the browser opens the link itself, in another tab.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      setTriggerValue('event', ['open', row.dataset.id])
    }
  }
  list.onkeydown = (event) => {
    const menu = event.target.closest('details[open]')
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Escape' && menu) {
      menu.open = false
      menu.querySelector('summary').focus()
    } else if (by && menu) step(menu, event.target, 'summary, .choice', by)
    else if (by && event.target.matches('.title')) step(list, event.target, '.title', by)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  list.onfocusout = (event) => {
    const menu = event.target.closest('details[open]')
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false
  }
}
