// What is painted on a picture: kept as strokes, so that each can be taken back and nothing is lost
// on reload; drawn as a veil while one works, and handed over as a grey PNG as large as the picture.
const MOST_MASK_PX = 2048
const MOST_STROKES = 400
const MOST_POINTS = 40_000

function newPainter(editor, { veil, words }) {
  const canvas = element('canvas', 'veil', editor.stage.over)
  canvas.hidden = true
  canvas.setAttribute('aria-hidden', 'true')
  const live = element('canvas', 'veil', editor.stage.over)
  live.hidden = true
  live.setAttribute('aria-hidden', 'true')
  const painter = { canvas, strokes: [], undone: [], words, onchange: () => {} }
  let size = [1, 1]
  // Points are pixels of the picture; the canvas may be coarser than a very large one.
  painter.setSize = (width, height) => {
    const shrink = Math.min(1, MOST_MASK_PX / Math.max(width, height))
    const next = [Math.max(1, Math.round(width * shrink)), Math.max(1, Math.round(height * shrink))]
    painter.scale = shrink
    if (next[0] === size[0] && next[1] === size[1]) return
    size = next
    for (const one of [canvas, live]) [one.width, one.height] = size
    painter.draw()
  }
  painter.show = (isShown) => {
    canvas.hidden = !isShown
    live.hidden = !isShown
  }
  // A soft edge is made by the server; here it is only looked at.
  painter.soften = (pixels) => {
    painter.softness = pixels
    canvas.style.filter = pixels ? `blur(${(pixels * editor.stage.scale) / 2}px)` : ''
  }
  painter.draw = () => {
    const brush = canvas.getContext('2d', { willReadFrequently: true })
    brush.clearRect(0, 0, ...size)
    for (const stroke of painter.strokes) drawStroke(brush, stroke, painter.scale, veil)
    painter.soften(painter.softness || 0)
    live.getContext('2d').clearRect(0, 0, ...size)
  }
  painter.set = (strokes) => {
    painter.strokes = strokes
    painter.undone = []
    painter.draw()
  }
  const told = () => {
    painter.draw()
    painter.onchange(painter.strokes)
  }
  painter.add = (stroke) => {
    painter.strokes = [...painter.strokes, stroke].slice(-MOST_STROKES)
    painter.undone = []
    told()
  }
  painter.undo = () => {
    if (!painter.strokes.length) return false
    painter.undone.push(painter.strokes.at(-1))
    painter.strokes = painter.strokes.slice(0, -1)
    told()
    return true
  }
  painter.redo = () => {
    if (!painter.undone.length) return false
    painter.strokes = [...painter.strokes, painter.undone.pop()]
    told()
    return true
  }
  painter.clear = () => {
    if (!painter.strokes.length) return
    painter.strokes = []
    painter.undone = []
    told()
  }
  // A stroke from the pointer on; it is one of the strokes only once it is over.
  painter.stroke = (event, { shape, radius, paint }) => {
    const at = (one) => {
      const [x, y] = editor.stage.point(one)
      const [width, height] = editor.stage.size
      return [round(x * width, 1), round(y * height, 1)]
    }
    const stroke = { shape, paint, points: [at(event)] }
    if (shape === 'brush') stroke.radius = radius
    const pen = live.getContext('2d')
    const preview = () => {
      pen.clearRect(0, 0, ...size)
      drawStroke(pen, { ...stroke, isLive: true }, painter.scale, veil)
    }
    preview()
    return {
      move(moved) {
        const point = at(moved)
        const [x, y] = stroke.points.at(-1)
        const least = shape === 'brush' ? Math.max(0.5, radius / 8) : 1 / editor.stage.scale
        if (shape === 'box') stroke.points[1] = point
        else if (Math.hypot(point[0] - x, point[1] - y) >= least && stroke.points.length < MOST_POINTS) stroke.points.push(point)
        preview()
      },
      end() {
        pen.clearRect(0, 0, ...size)
        const isReal = shape === 'brush' || (shape === 'box' ? stroke.points.length === 2 : stroke.points.length > 2)
        if (isReal) painter.add(stroke)
      },
      cancel() { pen.clearRect(0, 0, ...size) },
    }
  }
  // How much is painted, from 0 to 1, on a coarse look.
  painter.share = () => {
    if (!painter.strokes.length) return 0
    const small = document.createElement('canvas')
    small.width = small.height = 96
    const look = small.getContext('2d', { willReadFrequently: true })
    look.drawImage(canvas, 0, 0, 96, 96)
    const { data } = look.getImageData(0, 0, 96, 96)
    let sum = 0
    for (let at = 3; at < data.length; at += 4) sum += data[at]
    return sum / (96 * 96 * 255)
  }
  // The mask as a PNG as large as the picture: what is painted is white, the rest black.
  painter.png = async (width, height) => {
    const whole = document.createElement('canvas')
    whole.width = width
    whole.height = height
    const pen = whole.getContext('2d')
    for (const stroke of painter.strokes) drawStroke(pen, stroke, 1, { add: '#fff' })
    pen.globalCompositeOperation = 'destination-over'
    pen.fillStyle = '#000'
    pen.fillRect(0, 0, width, height)
    return new Promise((done, failed) => {
      whole.toBlob((blob) => (blob ? done(blob) : failed(new Error('The mask could not be made.'))), 'image/png')
    })
  }
  return painter
}

// The veil is solid in itself and made thin by its style: paint over paint is no thicker.
function drawStroke(pen, { shape, paint, points, radius, isLive }, scale, veil) {
  const isErasing = paint === 'erase' && !veil.erase
  const { width, height } = pen.canvas
  pen.globalCompositeOperation = isErasing && !isLive ? 'destination-out' : 'source-over'
  pen.fillStyle = pen.strokeStyle = isErasing ? '#8a8a99' : veil[paint] || veil.add
  pen.beginPath()
  if (shape === 'invert') {
    pen.globalCompositeOperation = 'xor'
    pen.fillRect(0, 0, width, height)
  } else if (shape === 'box') {
    const [[x, y], [toX, toY]] = [points[0], points[1] || points[0]]
    const [wide, high] = [Math.abs(toX - x), Math.abs(toY - y)]
    pen.fillRect(Math.min(x, toX) * scale, Math.min(y, toY) * scale, wide * scale, high * scale)
  } else if (shape === 'lasso') {
    for (const [x, y] of points) pen.lineTo(x * scale, y * scale)
    pen.closePath()
    pen.fill()
  } else {
    pen.lineCap = pen.lineJoin = 'round'
    pen.lineWidth = Math.max(1, radius * 2 * scale)
    if (points.length === 1) pen.lineTo(points[0][0] * scale + 0.01, points[0][1] * scale)
    for (const [x, y] of points) pen.lineTo(x * scale, y * scale)
    pen.stroke()
  }
  pen.globalCompositeOperation = 'source-over'
}
