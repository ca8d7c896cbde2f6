// The panels of the single settings. Each is built once and then only shown anew: `form` knows what
// is said here (`own`), what holds without that (`under`), and how to say something (`say`).

function wordsPanel(form, field, body) {
  const { lists, max } = form.offered
  const isBackdrop = field === 'backdrop'
  const read = () => (isBackdrop ? form.own('backdrop')?.value || '' : form.own(field) || '')
  const write = (value) => form.say(field, isBackdrop ? { kind: 'described', value } : value)
  const box = element('div', 'find', body)
  const input = element('input', '', box)
  input.type = 'text'
  input.maxLength = isBackdrop ? max.backdrop : max.word
  input.placeholder = 'Find one, or write your own'
  input.setAttribute('aria-label', `${form.offered.labels[field]} in your words`)
  const own = button('use', box, 'Use')
  const group = radios(body, form.offered.labels[field], 'tiles')
  let heading = ''
  for (const option of lists[field]) {
    if (option.group !== heading) {
      heading = option.group
      element('h5', '', group, heading)
    }
    const made = tile(group, option.name, option)
    made.dataset.group = option.group
    made.onclick = () => {
      input.value = ''
      filter()
      if (read() === option.name) form.say(field, undefined)
      else write(option.name)
    }
  }
  const none = element('p', 'none', group, 'No option is called that. Enter uses your own words.')
  const foot = element('div', 'foot', body)
  const open = button('quiet', foot, 'Leave it open')
  open.onclick = () => write('')
  function filter() {
    const wanted = input.value.trim().toLowerCase()
    const shown = new Set()
    for (const one of group.querySelectorAll('.tile')) {
      one.hidden = wanted && !one.dataset.name.toLowerCase().includes(wanted)
      if (!one.hidden) shown.add(one.dataset.group)
    }
    for (const each of group.querySelectorAll('h5')) each.hidden = !shown.has(each.textContent)
    none.hidden = shown.size > 0
    own.hidden = !wanted
  }
  const take = () => {
    const typed = input.value.trim()
    if (!typed) return
    const exact = lists[field].find((one) => one.name.toLowerCase() === typed.toLowerCase())
    write(exact ? exact.name : typed)
    input.value = ''
    filter()
  }
  own.onclick = take
  input.oninput = filter
  input.onkeydown = (event) => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) take()
  }
  filter()
  return () => {
    const { value, isOwn } = form.holds(field)
    const name = isBackdrop ? value?.value : value
    check(group, (one) => one.dataset.name === name, !isOwn)
    open.hidden = isBackdrop || (isOwn && !value) || (!isOwn && !value)
  }
}

function backdropPanel(form, field, body) {
  const { rooms, plain, gradient: blends } = form.offered
  const kinds = [['described', 'Words'], ['room', 'Room'], ['plain', 'Plain'],
    ['gradient', 'Gradient'], ['picture', 'Picture']]
  const bar = radios(body, 'Kind of backdrop', 'segments')
  const panes = {}
  let looking = form.holds('backdrop').value?.kind || 'described'
  for (const [kind, label] of kinds) {
    const made = button('', bar, label)
    made.setAttribute('role', 'radio')
    made.dataset.name = kind
    panes[kind] = element('div', 'pane', body)
    made.onclick = () => {
      looking = kind
      show()
      if (kind === 'described' && form.own('backdrop')) form.say('backdrop', { kind, value: '' })
    }
  }
  const updates = [wordsPanel(form, 'backdrop', panes.described)]
  const choice = (kind, label, entries, look) => {
    const group = radios(panes[kind], label, `tiles ${kind === 'room' ? 'wide' : 'small'}`)
    for (const [value, name] of entries) {
      tile(group, value, look(value), name).onclick = () => form.say('backdrop', { kind, value })
    }
    updates.push(() => {
      const { value, isOwn } = form.holds('backdrop')
      check(group, (one) => value?.kind === kind && one.dataset.name === value.value, !isOwn)
    })
  }
  choice('room', 'Room', rooms, (name) => ({ src: `/assets/rooms/${name}.webp` }))
  choice('plain', 'Colour', plain, (colour) => ({ colours: [colour] }))
  choice('gradient', 'Gradient', blends, (pair) => ({ colours: pair.split(','), blend: true }))
  const one = colourField(panes.plain, 'Your own colour', '#c7b8ea', (value) =>
    form.say('backdrop', { kind: 'plain', value }))
  const pair = element('div', 'pair', panes.gradient)
  const both = ['#ffffff', '#c7b8ea']
  const ends = ['Top', 'Bottom'].map((label, at) => colourField(pair, label, both[at], (colour) => {
    both[at] = colour
    form.say('backdrop', { kind: 'gradient', value: both.join(',') })
  }))
  const held = element('div', 'held', panes.picture)
  const add = button('add', panes.picture)
  icon('plus', add)
  element('span', '', add, 'Choose a picture')
  add.onclick = () => form.add('backdrop')
  function show() {
    for (const [kind, pane] of Object.entries(panes)) pane.hidden = kind !== looking
    check(bar, (each) => each.dataset.name === looking, false)
  }
  let last = ''
  return () => {
    const { value } = form.holds('backdrop')
    const now = JSON.stringify(value)
    if (now !== last && value?.kind) looking = value.kind
    last = now
    if (value?.kind === 'plain') one.show(value.value)
    if (value?.kind === 'gradient') value.value.split(',').forEach((colour, at) => {
      both[at] = colour
      ends[at].show(colour)
    })
    held.replaceChildren()
    if (value?.kind === 'picture') {
      const [src, label] = form.picture(value.value)
      face(held, { src, letter: label })
      element('span', 'name', held, label)
    }
    for (const update of updates) update()
    show()
  }
}

function palettePanel(form, field, body) {
  const { lists, max } = form.offered
  const given = element('div', 'given', body)
  const mine = element('div', 'colours', body)
  const group = radios(body, 'Ready palettes', 'bars')
  let heading = ''
  for (const option of lists.palette) {
    if (option.group !== heading) {
      heading = option.group
      element('h5', '', group, heading)
    }
    const made = tile(group, option.name, option)
    made.onclick = () => form.say(field, same(form.own(field), option.colours) ? undefined : option.colours)
  }
  const drawColours = () => {
    const colours = form.own(field) || []
    mine.replaceChildren()
    colours.forEach((colour, at) => {
      const chip = button('colour', mine, undefined, `Take out ${colour}`)
      if (COLOUR.test(colour)) chip.style.background = colour
      icon('cross', chip)
      chip.onclick = () => {
        const left = colours.filter((_, place) => place !== at)
        form.say(field, left.length ? left : undefined)
      }
    })
    if (colours.length >= max.palette) return
    const add = element('label', 'colour more', mine)
    add.title = 'Add a colour'
    icon('plus', add)
    const well = element('input', '', add)
    well.type = 'color'
    well.value = colours.at(-1) || '#c7b8ea'
    well.setAttribute('aria-label', 'Add a colour')
    well.onchange = () => form.say(field, [...new Set([...colours, well.value])])
    element('span', 'hint', mine, colours.length ? `${colours.length} of ${max.palette}` : 'Your own colours')
  }
  let drawn = ''
  return () => {
    const now = JSON.stringify([form.own(field), form.parts(field)])
    if (now !== drawn) {
      drawn = now
      drawColours()
      drawParts(form, field, given, (value, line) => {
        for (const colour of value) {
          const chip = element('i', 'dot', line)
          if (COLOUR.test(colour)) chip.style.background = colour
          chip.title = colour
        }
      })
    }
    const { value, isOwn } = form.holds(field)
    const shown = form.own(field) || value
    const known = lists.palette.find((option) => same(option.colours, shown))
    check(group, (one) => one.dataset.name === known?.name, !isOwn)
  }
}

// What weaker levels add to, with the choice to go without them.
function drawParts(form, field, box, draw) {
  const parts = form.parts(field)
  const isAlone = form.startsAnew(field)
  const now = JSON.stringify([parts, isAlone])
  if (box.dataset.drawn === now) return
  box.dataset.drawn = now
  box.replaceChildren()
  if (!parts.length && !isAlone) return
  for (const [from, value] of parts) {
    const line = element('div', `part${isAlone ? ' off' : ''}`, box)
    draw(value, line)
    element('span', 'from', line, from)
  }
  const label = element('label', 'alone', box)
  const tick = element('input', '', label)
  tick.type = 'checkbox'
  tick.checked = isAlone
  tick.onchange = () => form.startAnew(field, tick.checked)
  element('span', '', label, 'Only what is said here')
}

function referencesPanel(form, field, body) {
  const { roles, max } = form.offered
  const list = element('div', 'references', body)
  const given = element('div', 'given', body)
  const sides = element('div', 'sides', body)
  const add = button('add', body)
  icon('plus', add)
  element('span', '', add, 'Add a picture')
  add.onclick = () => form.add('references')
  const drawSides = (chosen) => {
    sides.replaceChildren()
    if (form.sides.length) element('span', 'hint', sides, 'More of the product')
    for (const [id, src, label] of form.sides) {
      const isShown = chosen.some((one) => one.asset_id === id)
      const made = button('side', sides, undefined, `${label} of the product`)
      made.setAttribute('aria-pressed', String(isShown))
      face(made, { src, letter: label })
      made.onclick = () => {
        const others = (form.own(field) || []).filter((one) => one.asset_id !== id)
        const now = isShown ? others : [...others, { role: 'product', asset_id: id }]
        form.say(field, now.length ? now : undefined)
      }
    }
  }
  const hint = element('p', 'hint', body)
  let drawn = ''
  return () => {
    const chosen = form.own(field) || []
    const most = Math.min(max.references, form.model().most - 1)
    add.disabled = !form.mayEdit || chosen.length >= max.references
    hint.textContent = form.model().reads
      ? `${chosen.length} of ${Math.max(most, 0)} beside the product's photo.`
      : 'This image model looks at the photo and the backdrop only.'
    const now = JSON.stringify([chosen, form.parts(field), form.pictures, form.sides])
    if (now === drawn) return
    drawn = now
    drawSides(chosen)
    list.replaceChildren()
    chosen.forEach((one, at) => {
      const [src, label] = form.picture(one.asset_id)
      const line = element('div', 'reference', list)
      face(line, { src, letter: label })
      const words = element('div', '', line)
      element('span', 'name', words, label)
      const role = element('select', '', words)
      role.setAttribute('aria-label', `What ${label} is shown for`)
      for (const [value, name] of roles) {
        const option = element('option', '', role, name)
        option.value = value
      }
      role.value = one.role
      role.onchange = () => form.say(field, chosen.map((each, place) =>
        (place === at ? { ...each, role: role.value } : each)))
      const gone = button('bare', line, undefined, `Take out ${label}`)
      icon('cross', gone)
      gone.onclick = () => {
        const left = chosen.filter((_, place) => place !== at)
        form.say(field, left.length ? left : undefined)
      }
    })
    drawParts(form, field, given, (value, line) => {
      for (const each of value) {
        const [src, label] = form.picture(each.asset_id)
        face(line, { src, letter: label }, 'face tiny').title = label
      }
    })
  }
}

function textPanel(form, field, body) {
  const area = element('textarea', '', body)
  area.rows = field === 'prompt' ? 3 : 2
  area.maxLength = form.offered.max[field]
  area.placeholder = field === 'prompt'
    ? 'For example: soft morning light from the left, calm and airy' : 'For example: text, plastic plants'
  area.setAttribute('aria-label', form.offered.labels[field])
  area.addEventListener('input', () => fit(area))
  toldLater(area, (text) => form.say(field, text.trim() ? text : undefined))
  const given = element('div', 'given', body)
  return () => {
    const own = form.own(field) || ''
    if (form.focused() !== area && area.value !== own) area.value = own
    fit(area)
    drawParts(form, field, given, (value, line) => element('q', '', line, value))
  }
}
