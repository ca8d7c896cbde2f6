// The form of all settings. What is set here is the truth until the server sends another epoch:
// answers to older clicks must not take back newer ones.
const GROUPS = [
  ['', ['prompt', 'negative']],
  ['Scene', ['scene_type', 'backdrop', 'style', 'lighting', 'mood', 'camera', 'palette', 'people', 'props']],
  ['Shown to the model', ['references']],
  ['Pictures', ['aspect_ratio', 'size', 'variants', 'image_model', 'is_pixel_locked']],
]
const ADDED_UP = ['palette', 'references', 'prompt', 'negative']
const PANELS = {
  backdrop: backdropPanel, palette: palettePanel, references: referencesPanel, negative: textPanel,
}
const UNREAD = ['style', 'palette', 'people', 'props', 'negative', 'references']
const MEMORY = new WeakMap()

function newForm() {
  const form = {
    epoch: -1, layer: {}, below: { values: {}, notes: {}, parts: {} }, updates: [], told: {},
    own: (field) => form.layer[field],
    startsAnew: (field) => (form.layer.starts_anew || []).includes(field),
    // Where one goes without them they are not told any more; what was told before is shown.
    parts(field) {
      const told = form.below.parts[field] || []
      if (told.length || !form.startsAnew(field)) form.told[field] = told
      return form.told[field] || []
    },
    picture: (id) => form.pictures[String(id)] || ['', 'Picture'],
    // What holds where nothing is said here: a style that is chosen here fills in what is unsaid.
    under(field) {
      const note = form.below.notes[field]
      if (note && !note[1]) return [form.below.values[field], note[0], note[2]]
      const style = form.layer.style
      if (style === undefined) return note ? [form.below.values[field], note[0], false] : [undefined, '', false]
      const fills = form.offered.lists.style.find((one) => one.name === style)?.fills || {}
      return field in fills ? [fills[field], `Style: ${style}`, false] : [undefined, '', false]
    },
    holds(field) {
      const own = form.layer[field]
      if (own !== undefined) return { value: own, isOwn: true, from: '' }
      if (form.startsAnew(field)) return { value: undefined, isOwn: true, from: '' }
      const [value, from, isUsual] = form.under(field)
      return { value, isOwn: false, from, isUsual }
    },
    model() {
      const id = form.holds('image_model').value
      return form.models.find((one) => one.id === id) || form.models[0]
    },
    say(field, value) {
      if (!form.mayEdit) return
      if (value === undefined) delete form.layer[field]
      else form.layer[field] = value
      form.tell()
    },
    startAnew(field, is) {
      const others = (form.layer.starts_anew || []).filter((one) => one !== field)
      form.layer.starts_anew = is ? [...others, field] : others
      if (!form.layer.starts_anew.length) delete form.layer.starts_anew
      form.tell()
    },
    reset(field) {
      form.layer.starts_anew = (form.layer.starts_anew || []).filter((one) => one !== field)
      if (!form.layer.starts_anew.length) delete form.layer.starts_anew
      form.say(field, undefined)
    },
    tell() {
      form.send([form.epoch, form.layer])
      form.update()
    },
    update() { for (const update of form.updates) update() },
  }
  return form
}

function shown(form, field, value) {
  const { rooms, lists } = form.offered
  if (field === 'backdrop') {
    if (!value || (value.kind === 'described' && !value.value)) return { text: 'As the scene says', isOpen: true }
    const room = rooms.find(([name]) => name === value.value)
    if (value.kind === 'room') return { text: room?.[1] || value.value, src: `/assets/rooms/${value.value}.webp` }
    if (value.kind === 'plain') return { text: value.value, colours: [value.value] }
    if (value.kind === 'gradient') return { text: 'Gradient', colours: value.value.split(','), blend: true }
    if (value.kind === 'picture') {
      const [src, label] = form.picture(value.value)
      return { text: label, src }
    }
    return { text: value.value, ...lists.backdrop.find((one) => one.name === value.value) }
  }
  if (field === 'palette') {
    const known = lists.palette.find((one) => same(one.colours, value))
    const count = value?.length === 1 ? value[0] : `${value?.length} colours`
    return value?.length ? { text: known?.name || count, colours: value } : { text: 'Any', isOpen: true }
  }
  if (field === 'references') {
    if (!value?.length) return { text: 'None', isOpen: true }
    return { text: value.length === 1 ? '1 picture' : `${value.length} pictures`, src: form.picture(value[0].asset_id)[0] }
  }
  if (field === 'negative') return { text: value || 'Nothing', isOpen: !value }
  if (!value) return { text: 'Any', isOpen: true }
  return { text: value, ...lists[field].find((one) => one.name === value) }
}

// A line that says what holds; it opens to what can be chosen.
function row(form, field, parent) {
  const label = form.offered.labels[field]
  const box = element('div', 'row', parent)
  const line = element('div', 'line', box)
  const head = button('head', line)
  head.setAttribute('aria-expanded', 'false')
  const look = element('span', 'look', head)
  look.hidden = field === 'negative'
  const words = element('span', 'words', head)
  const name = element('span', 'name-line', words)
  element('span', 'label', name, label)
  const from = element('span', 'from', name)
  const value = element('span', 'value', words)
  icon('down', head)
  const undo = button('bare undo', line, undefined, `Reset ${label}`)
  icon('back', undo)
  undo.onclick = () => form.reset(field)
  const body = element('div', 'body', box)
  body.hidden = true
  const unread = element('p', 'hint unread-hint', body)
  let update = null
  const open = (is) => {
    head.setAttribute('aria-expanded', String(is))
    body.hidden = !is
    box.classList.toggle('open', is)
    if (is && !update) update = (PANELS[field] || wordsPanel)(form, field, body)
    if (is) update()
  }
  head.onclick = () => {
    const is = body.hidden
    for (const each of form.rows) if (each !== open) each(false)
    open(is)
    if (is) box.scrollIntoView({ block: 'nearest' })
  }
  body.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    open(false)
    head.focus()
  })
  form.rows.push(open)
  return () => {
    const { value: holds, isOwn, from: source, isUsual } = form.holds(field)
    const saw = shown(form, field, holds)
    const hasOwn = form.own(field) !== undefined || form.startsAnew(field)
    box.classList.toggle('own', hasOwn)
    const isUnread = UNREAD.includes(field) && !form.model().reads
    box.classList.toggle('unread', isUnread)
    unread.hidden = !isUnread || field === 'references'
    unread.textContent = isUnread ? 'This image model cannot follow this.' : ''
    value.textContent = saw.text
    value.title = saw.text
    value.classList.toggle('open', Boolean(saw.isOpen))
    const parts = form.parts(field).length
    from.textContent = isOwn ? (ADDED_UP.includes(field) && parts && !form.startsAnew(field) ? `+${parts}` : '')
      : isUsual || saw.isOpen ? '' : source
    from.title = from.textContent ? `From ${source || 'weaker levels, added to it'}` : ''
    undo.hidden = !hasOwn || !form.mayEdit
    const drawn = JSON.stringify([saw.src, saw.colours, saw.text])
    if (look.dataset.drawn !== drawn) {
      look.dataset.drawn = drawn
      look.replaceChildren()
      if (saw.isOpen) face(look, { letter: '' }, 'face empty')
      else face(look, { ...saw, letter: saw.text })
    }
    if (update && !body.hidden) update()
  }
}

function caption(form, field, box) {
  const top = element('div', 'top', box)
  element('span', 'label', top, form.offered.labels[field])
  const from = element('span', 'from', top)
  const undo = button('bare undo', top, undefined, `Reset ${form.offered.labels[field]}`)
  icon('back', undo)
  undo.onclick = () => form.reset(field)
  return () => {
    const { isOwn, from: source } = form.holds(field)
    from.textContent = isOwn ? '' : source
    undo.hidden = form.own(field) === undefined || !form.mayEdit
  }
}

function choices(form, field, parent, entries, draw, className) {
  const box = element('div', 'plainly', parent)
  const update = caption(form, field, box)
  const group = radios(box, form.offered.labels[field], className)
  let drawn = ''
  return () => {
    update()
    const { value, isOwn } = form.holds(field)
    const now = [...entries()]
    if (value !== undefined && !now.includes(value)) now.push(value)
    if (drawn !== JSON.stringify(now)) {
      drawn = JSON.stringify(now)
      group.replaceChildren()
      for (const entry of now) {
        const made = button('', group)
        made.setAttribute('role', 'radio')
        made.dataset.name = entry
        draw(made, entry)
        made.onclick = () => form.say(field, form.own(field) === entry ? undefined : entry)
      }
    }
    for (const one of group.children) {
      const isOffered = entries().includes(one.dataset.name)
      one.classList.toggle('refused', !isOffered)
      one.title = isOffered ? '' : `${form.model().label} does not make this.`
    }
    check(group, (one) => one.dataset.name === value, !isOwn)
  }
}

function ratio(parent, name) {
  const [wide, high] = name.split(':').map(Number)
  const scale = 18 / Math.max(wide, high)
  const shape = element('i', 'shape', parent)
  shape.style.width = `${wide * scale}px`
  shape.style.height = `${high * scale}px`
  element('span', '', parent, name)
}

// What is chosen often stands open.
const OPEN = {
  prompt: (form, parent) => {
    const box = element('div', 'plainly', parent)
    element('span', 'label', box, form.offered.labels.prompt)
    return textPanel(form, 'prompt', box)
  },
  aspect_ratio: (form, parent) =>
    choices(form, 'aspect_ratio', parent, () => form.model().ratios, ratio, 'shapes'),
  size: (form, parent) => choices(form, 'size', parent, () => form.model().sizes,
    (made, name) => element('span', '', made, name), 'segments'),
  variants: (form, parent) => {
    const box = element('div', 'plainly', parent)
    const update = caption(form, 'variants', box)
    const bar = element('div', 'stepper', box)
    const fewer = button('', bar, undefined, 'Fewer pictures')
    icon('minus', fewer)
    const number = element('input', '', bar)
    number.type = 'number'
    number.min = 1
    number.max = form.offered.max.variants
    number.setAttribute('aria-label', form.offered.labels.variants)
    const more = button('', bar, undefined, 'More pictures')
    icon('plus', more)
    const set = (count) => form.say('variants', Math.max(1, Math.min(form.offered.max.variants, count)))
    fewer.onclick = () => set((form.holds('variants').value || 1) - 1)
    more.onclick = () => set((form.holds('variants').value || 1) + 1)
    number.onchange = () => { if (number.value) set(Math.round(Number(number.value))) }
    return () => {
      update()
      const count = form.holds('variants').value || 1
      if (form.focused() !== number || Number(number.value) !== count) number.value = count
      fewer.disabled = count <= 1
      more.disabled = count >= form.offered.max.variants
    }
  },
  image_model: (form, parent) => {
    const box = element('div', 'plainly', parent)
    const update = caption(form, 'image_model', box)
    const list = element('select', '', box)
    list.setAttribute('aria-label', form.offered.labels.image_model)
    for (const model of form.models) element('option', '', list, model.label).value = model.id
    list.onchange = () => form.say('image_model', list.value)
    return () => {
      box.hidden = form.models.length < 2 && form.own('image_model') === undefined
      update()
      list.value = form.model().id
    }
  },
  is_pixel_locked: (form, parent) => {
    const box = element('div', 'plainly', parent)
    const line = element('label', 'switch', box)
    const tick = element('input', '', line)
    tick.type = 'checkbox'
    tick.setAttribute('role', 'switch')
    element('span', 'label', line, form.offered.labels.is_pixel_locked)
    const from = element('span', 'from', line)
    const undo = button('bare undo', line, undefined, 'Reset')
    icon('back', undo)
    undo.onclick = (event) => { event.preventDefault(); form.reset('is_pixel_locked') }
    tick.onchange = () => form.say('is_pixel_locked', tick.checked)
    const hint = element('p', 'hint', box)
    return () => {
      const { value, isOwn, from: source } = form.holds('is_pixel_locked')
      tick.checked = Boolean(value)
      from.textContent = isOwn ? '' : source
      undo.hidden = form.own('is_pixel_locked') === undefined || !form.mayEdit
      hint.textContent = form.model().reads
        ? 'The model makes the place; the product is put into it as its photo shows it.'
        : 'This image model never draws the product anew.'
    }
  },
}

function build(form, root, wanted) {
  root.replaceChildren()
  form.rows = []
  form.updates = []
  for (const [name, fields] of GROUPS) {
    const here = fields.filter((field) => wanted.includes(field))
    if (!here.length) continue
    const group = element('section', '', root)
    if (name) element('h4', '', group, name)
    if (name) group.setAttribute('aria-label', name)
    for (const field of here) {
      form.updates.push(field in OPEN ? OPEN[field](form, group) : row(form, field, group))
    }
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const [offered, epoch, layer, below, models, pictures, wanted, mayEdit, sides] = data
  let root = parentElement.querySelector('.form')
  if (!root) {
    root = element('div', 'form', parentElement)
    MEMORY.set(root, newForm())
  }
  const form = MEMORY.get(root)
  form.send = (value) => setStateValue('layer', value)
  form.add = (target) => setTriggerValue('add', target)
  form.focused = () => parentElement.activeElement
  Object.assign(form, { below, models, pictures, mayEdit, sides })
  for (const [id, src, label] of sides) form.pictures[String(id)] = [src, label]
  if (form.epoch !== epoch) {
    form.epoch = epoch
    form.layer = layer
  }
  const shape = JSON.stringify([offered.length, wanted, models, mayEdit])
  if (root.dataset.shape !== shape) {
    root.dataset.shape = shape
    form.offered = JSON.parse(offered)
    build(form, root, wanted)
    root.classList.toggle('looking', !mayEdit)
    root.inert = !mayEdit
  }
  form.update()
}
