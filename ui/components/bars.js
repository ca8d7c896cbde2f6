// Draws bars. Texts only ever become text or an attribute, never markup.
function element(tag, className, parent, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function draw(bars, gridlines, plot) {
  for (const line of gridlines) {
    const drawn = element('div', 'line', plot)
    drawn.style.bottom = `${line.share * 100}%`
    element('span', '', drawn, line.text)
  }
  const row = element('div', 'bars', plot)
  for (const bar of bars) {
    const column = element('div', 'column', row)
    if (bar.share > 0) element('div', 'bar', column).style.height = `${bar.share * 100}%`
    if (bar.mark) element('span', 'mark', column, bar.mark)
  }
  element('div', 'tip', plot).hidden = true
}

function point(bars, plot, event) {
  const row = plot.querySelector('.bars')
  const tip = plot.querySelector('.tip')
  const inside = row.getBoundingClientRect()
  const place = Math.floor(((event.clientX - inside.left) / inside.width) * bars.length)
  const bar = bars[place]
  row.querySelector('.at')?.classList.remove('at')
  tip.hidden = !bar
  if (!bar) return
  row.children[place].classList.add('at')
  tip.replaceChildren()
  element('div', 'when', tip, bar.title)
  element('div', '', tip, bar.text)
  const middle = ((place + 0.5) / bars.length) * inside.width + inside.left
  const outside = plot.getBoundingClientRect()
  const half = tip.offsetWidth / 2
  const left = Math.min(Math.max(middle - outside.left, half), outside.width - half)
  tip.style.left = `${left}px`
}

export default function ({ data, parentElement }) {
  const [bars, gridlines, label] = data
  let plot = parentElement.querySelector('.plot')
  if (!plot) {
    plot = element('div', 'plot', parentElement)
    plot.setAttribute('role', 'img')
  }
  const shown = JSON.stringify(data)
  if (plot.dataset.shown !== shown) {
    plot.dataset.shown = shown
    plot.replaceChildren()
    plot.setAttribute('aria-label', label)
    draw(bars, gridlines, plot)
  }
  plot.onpointermove = (event) => point(bars, plot, event)
  plot.onpointerdown = plot.onpointermove
  plot.onpointerleave = () => {
    plot.querySelector('.tip').hidden = true
    plot.querySelector('.at')?.classList.remove('at')
  }
}
