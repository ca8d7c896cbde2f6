// Draws the tree of a picture. Data only ever becomes text or an attribute, never markup.
const SVG = 'http://www.w3.org/2000/svg'
const CARD = { width: 214, height: 68, gap: 12, between: 56 }
const NARROW = 620

function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  if (parent) parent.append(made)
  return made
}

function card(branch, context, parent) {
  const { node } = branch
  const made = element('div', `card ${node.state} ${node.kind}`, parent)
  made.classList.toggle('chosen', node.key === context.chosen)
  made.classList.toggle('here', Boolean(branch.is_root))
  const open = element('button', 'choose', made)
  open.type = 'button'
  open.dataset.key = node.key
  open.setAttribute('aria-pressed', String(node.key === context.chosen))
  const thumb = element('span', 'thumb', open)
  if (node.src) {
    const image = element('img', '', thumb)
    image.loading = 'lazy'
    image.decoding = 'async'
    image.alt = ''
    image.onerror = () => image.remove()
    image.src = node.src
  } else thumb.textContent = node.state === 'gone' ? '✕' : ''
  const words = element('span', 'words', open)
  if (branch.relation) element('span', 'relation', words, branch.relation)
  element('span', 'title', words, node.title)
  element('span', 'sub', words, node.sub)
  if (node.mark) element('span', `mark ${node.review}`, made, node.mark).title = node.review_label
  const spoken = [branch.relation, node.title, node.sub, node.review_label]
  open.setAttribute('aria-label', spoken.filter(Boolean).join(', '))
  open.title = node.title
  open.onclick = () => context.send('choose', node.key)
  if (node.href && !branch.is_root) {
    const link = element('a', 'open', made)
    const svg = document.createElementNS(SVG, 'svg')
    svg.setAttribute('viewBox', '0 0 16 16')
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('d', 'M6 3h7v7M13 3L4 12')
    svg.append(path)
    link.append(svg)
    link.href = node.href
    link.title = 'Open its page'
    link.setAttribute('aria-label', `Open the page of ${node.title}`)
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
      event.preventDefault()
      context.send('open', node.key)
    }
  }
  return made
}

function rest(text, parent) {
  return element('div', 'more', parent, text)
}

function children(branch) {
  const found = branch.branches.map((each) => ({ branch: each }))
  if (branch.more) found.push({ more: `and ${branch.more_label} more` })
  return found
}

// Gives each item its place in a column: a branch stands in the middle of what it leads to.
function measure(item, depth, at, out) {
  const inside = item.branch ? children(item.branch) : []
  let next = at
  const middles = []
  for (const each of inside) {
    next = measure(each, depth + 1, next, out)
    middles.push(each.middle)
  }
  const high = item.branch ? CARD.height : 30
  if (!middles.length) {
    item.middle = at + high / 2
    next = at + high + CARD.gap
  } else item.middle = (middles[0] + middles[middles.length - 1]) / 2
  item.depth = depth
  item.inside = inside
  out.push(item)
  return next
}

function shift(items, by) {
  for (const item of items) item.middle += by
}

function edge(svg, fromX, fromY, toX, toY) {
  const path = document.createElementNS(SVG, 'path')
  const bend = (toX - fromX) / 2
  path.setAttribute('d', `M${fromX} ${fromY}C${fromX + bend} ${fromY} ${toX - bend} ${toY} ${toX} ${toY}`)
  svg.append(path)
}

// Wide: what it was made from at the left, what came of it at the right.
function drawWide(root, data, context) {
  const sides = [data.above, data.below].map((branch) => {
    const items = []
    const top = { branch }
    measure(top, 0, 0, items)
    return { items, top }
  })
  const middle = Math.max(...sides.map((side) => side.top.middle))
  for (const side of sides) shift(side.items, middle - side.top.middle)
  const all = sides.flatMap((side) => side.items)
  const lowest = Math.max(...all.map((item) => item.middle + CARD.height / 2))
  const highest = Math.min(...all.map((item) => item.middle - CARD.height / 2))
  const step = CARD.width + CARD.between
  const left = Math.max(...sides[0].items.map((item) => item.depth)) * step
  const right = Math.max(...sides[1].items.map((item) => item.depth)) * step
  const canvas = element('div', 'canvas', root)
  canvas.style.width = `${left + CARD.width + right}px`
  canvas.style.height = `${lowest - highest}px`
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('width', left + CARD.width + right)
  svg.setAttribute('height', lowest - highest)
  canvas.append(svg)
  sides.forEach(({ items, top }, side) => {
    const direction = side ? 1 : -1
    for (const item of [...items].reverse()) {
      const x = left + direction * item.depth * step
      const y = item.middle - highest
      for (const each of item.inside) {
        const there = x + direction * step
        edge(svg, direction > 0 ? x + CARD.width : x, y,
          direction > 0 ? there : there + CARD.width, each.middle - highest)
      }
      if (item === top && side) continue
      const made = item.branch ? card(item.branch, context, canvas) : rest(item.more, canvas)
      const high = item.branch ? CARD.height : 30
      made.style.left = `${x}px`
      made.style.top = `${y - high / 2}px`
    }
  })
  root.scrollLeft = left - (root.clientWidth - CARD.width) / 2
  root.scrollTop = middle - highest - root.clientHeight / 2
}

// Narrow: one below the other, each a step to the right of what it belongs to.
function drawNarrow(root, data, context) {
  const list = (branch, parent) => {
    const made = element('ul', '', parent)
    for (const each of children(branch)) {
      const item = element('li', '', made)
      if (!each.branch) rest(each.more, item)
      else {
        card(each.branch, context, item)
        if (each.branch.branches.length || each.branch.more) list(each.branch, item)
      }
    }
  }
  card(data.above, context, root)
  if (data.above.branches.length || data.above.more) {
    element('div', 'head', root, 'Made from')
    list(data.above, root)
  }
  if (data.below.branches.length || data.below.more) {
    element('div', 'head', root, 'Made from it')
    list(data.below, root)
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [above, below, chosen] = data
  let root = parentElement.querySelector('.tree')
  if (!root) {
    root = element('div', 'tree', parentElement)
    root.setAttribute('role', 'group')
    root.setAttribute('aria-label', 'What it was made from, and what was made from it')
  }
  const draw = () => {
    const isNarrow = root.clientWidth < NARROW
    const shown = JSON.stringify([data, isNarrow])
    if (!root.clientWidth || root.dataset.shown === shown) return
    const held = root.querySelector('button:focus')?.dataset.key
    const [x, y, isNew] = [root.scrollLeft, root.scrollTop, root.dataset.of !== above.node.key]
    root.dataset.shown = shown
    root.dataset.of = above.node.key
    root.replaceChildren()
    root.classList.toggle('narrow', isNarrow)
    const context = { chosen, send: (...event) => setTriggerValue('event', event) }
    const whole = { above: { ...above, is_root: true }, below: { ...below, is_root: true } }
    if (isNarrow) drawNarrow(root, whole, context)
    else drawWide(root, whole, context)
    if (!isNew) root.scrollTo(x, y)
    if (held) [...root.querySelectorAll('button')].find((one) => one.dataset.key === held)?.focus()
  }
  draw()
  const sizes = new ResizeObserver(draw)
  sizes.observe(root)
  return () => sizes.disconnect()
}
