// The frames that the server draws. The last good one stays until the next is ready to be painted,
// so nothing flickers; while a hand moves, one small frame is asked for after another.
const WIDTHS = [480, 720, 1080, 1600, 2048]
const IDLE_MS = 220
const MOST_ADDRESS = 5000

// Long strokes do not fit into an address, which a browser would remember: they are sent.
function preview({ asset: { id }, format }, steps, width, lane, signal) {
  const written = JSON.stringify(steps)
  const query = new URLSearchParams({ w: String(width), f: format, lane })
  if (encodeURIComponent(written).length < MOST_ADDRESS) {
    query.set('steps', written)
    return fetch(`/previews/${id}?${query}`, { signal })
  }
  return fetch(`/previews/${id}?${query}`, { method: 'POST', body: written, signal, headers: { 'Content-Type': 'application/json' } })
}

// The picture changes only once the next one is ready to be drawn.
async function painted(image, blob) {
  const url = URL.createObjectURL(blob)
  const next = new Image()
  next.src = url
  await next.decode()
  const old = image.dataset.url
  image.src = url
  image.dataset.url = url
  if (old) URL.revokeObjectURL(old)
  return [next.naturalWidth, next.naturalHeight]
}

function newFrames(editor) {
  const stage = () => editor.stage
  let isRunning = false
  let stopper = null
  let wanted = null
  let timer = 0
  let drawn = ''
  let address = ''
  let beforeKey = ''
  const frames = { error: '', size: null }

  const widthFor = (isLive) => {
    const { size, scale, room } = stage()
    const longest = Math.max(...size)
    const seen = Math.max(...room()) * 1.15
    const needed = Math.max(scale * longest, Math.min(longest, seen)) * devicePixelRatio
    const most = isLive ? WIDTHS[1] : WIDTHS.at(-1)
    return WIDTHS.find((one) => one >= Math.min(needed, most)) || most
  }

  async function ask({ steps, width }) {
    stopper = new AbortController()
    // Without a step the picture itself is shown, which the browser has already.
    const plain = width > 1600 ? editor.asset.original : editor.asset.large
    const answer = steps.length
      ? await preview(editor, steps, width, 'after', stopper.signal) : await fetch(plain, { signal: stopper.signal })
    if (answer.status === 409) return null
    if (answer.status === 401) throw new Error('Your session has ended. Please sign in again.')
    if (!answer.ok) {
      const said = await answer.json().catch(() => ({}))
      throw new Error(said.error || 'The preview cannot be shown now. Please try again.')
    }
    const [wide, high] = (answer.headers.get('x-picture-size') || '').split('x').map(Number)
    return { blob: await answer.blob(), size: wide && high ? [wide, high] : steps.length ? null : editor.asset.size }
  }

  async function run() {
    isRunning = true
    while (wanted) {
      const now = wanted
      wanted = null
      const key = JSON.stringify([now.steps, now.width, now.format])
      const isFresh = () => !editor.isGone && now.asset === editor.asset.id
      if (key === drawn && now.asset === address) continue
      const finds = now.steps.some(({ tool }) => ['cutout', 'packshot'].includes(tool))
      stage().wait.textContent = finds ? 'Finding the product …' : 'Working on the preview …'
      stage().busy.hidden = now.isLive
      try {
        const frame = await ask(now)
        if (frame && isFresh()) {
          const pixels = await painted(stage().after, frame.blob)
          drawn = key
          address = now.asset
          frames.error = ''
          frames.size = frame.size || pixels
          frames.steps = now.steps
          stage().resize(...frames.size)
          editor.frameShown(now)
        }
      } catch (error) {
        if (error.name !== 'AbortError' && isFresh()) {
          frames.error = error instanceof TypeError ? 'The server cannot be reached. What you did is kept here.' : error.message
          editor.frameShown(now)
        }
      }
    }
    stage().busy.hidden = true
    isRunning = false
  }

  const put = (isLive) => {
    const steps = editor.shownSteps()
    wanted = { steps, width: widthFor(isLive), isLive, asset: editor.asset.id, format: editor.format }
    if (!isRunning) run()
  }
  // Live while a hand moves; what is large, and takes longer, is asked for once it rests.
  frames.refresh = (isLive = false) => {
    clearTimeout(timer)
    if (isLive) {
      put(true)
      timer = setTimeout(() => put(false), IDLE_MS * 2)
    } else {
      if (isRunning) stopper?.abort()
      put(false)
    }
    frames.changed()
  }
  frames.sharpen = () => {
    clearTimeout(timer)
    timer = setTimeout(() => put(false), IDLE_MS)
  }
  frames.changed = () => { if (stage().isSplit || stage().isHeld) frames.showBefore() }
  frames.forget = () => {
    stopper?.abort()
    drawn = ''
    beforeKey = ''
    frames.error = ''
    frames.size = null
  }
  // What it was before: the same frame of the picture, without what changes its colours and ground.
  frames.showBefore = async () => {
    const steps = editor.shapeSteps()
    const key = JSON.stringify([editor.asset.id, steps])
    if (key === beforeKey) return
    beforeKey = key
    if (!steps.length) {
      stage().before.src = editor.asset.large
      return
    }
    const answer = await preview(editor, steps, WIDTHS[3], 'before').catch(() => null)
    if (answer?.ok && key === beforeKey) await painted(stage().before, await answer.blob())
    else if (key === beforeKey) beforeKey = ''
  }
  frames.waits = () => isRunning || Boolean(wanted)
  return frames
}
