// Drags a limit for 3.3 s in Chromium, with the picture drawn by the viewer and by tiles alone, in turns.
//     node live.mjs CHROMIUM ADDRESS IMAGE
// Prints, for each latency and way: pictures a second, the time from a movement of the hand to the
// picture of it (median and 95 %), and requests. A server must run at ADDRESS.
import { createRequire } from 'node:module'

const require = createRequire(new URL('../client/package.json', import.meta.url))
const { chromium } = require('playwright-core')
const [executablePath, address, image] = process.argv.slice(2)
const DRAG = 3300 // milliseconds
const SECOND = 1000

// Runs in the page: moves the handle in every frame, and notes when each of its places is on the screen.
async function drag(milliseconds) {
  const grip = document.querySelector('.handle-vmax')
  const { left, top, width, height } = grip.getBoundingClientRect()
  const at = (x) => ({ bubbles: true, pointerId: 1, isPrimary: true, clientX: x, clientY: top + height / 2 })
  const middle = left + width / 2
  const limits = () => document.querySelectorAll('.limits-row input')[1].value
  const moved = new Map() // limits -> time of the movement
  const delays = []
  const drawn = []
  const note = (text, time) => {
    if (!moved.has(text)) return
    delays.push(time - moved.get(text))
    moved.delete(text)
    drawn.push(time)
  }
  // Pictures by samples are drawn with the limits of the moment; tiles name theirs in the address.
  const paint = CanvasRenderingContext2D.prototype.putImageData
  const histogram = document.querySelector('.histogram canvas')
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    paint.apply(this, given)
    if (this.canvas !== histogram) { const text = limits(); requestAnimationFrame((time) => note(text, time)) }
  }
  const seen = new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        const found = /limits=[^,;/]*,([^;/]+)/.exec(decodeURIComponent(node.src ?? ''))
        if (found) requestAnimationFrame((time) => { for (const text of [...moved.keys()]) if (Number(text) === Number(Number(found[1]).toPrecision(String(text).replace(/\D/g, '').length))) note(text, time) })
      }
    }
  })
  seen.observe(document.querySelector('.map'), { childList: true, subtree: true })
  grip.setPointerCapture = () => {}
  grip.hasPointerCapture = () => true
  grip.dispatchEvent(new PointerEvent('pointerdown', at(middle)))
  const start = performance.now()
  let frames = 0
  while (performance.now() - start < milliseconds) {
    await new Promise(requestAnimationFrame)
    frames += 1
    grip.dispatchEvent(new PointerEvent('pointermove', at(middle - 30 + 25 * Math.sin((performance.now() - start) / 300))))
    moved.set(limits(), performance.now())
  }
  const seconds = (performance.now() - start) / 1000
  grip.dispatchEvent(new PointerEvent('lostpointercapture', at(middle)))
  seen.disconnect()
  CanvasRenderingContext2D.prototype.putImageData = paint
  delays.sort((a, b) => a - b)
  const share = (part) => (delays.length ? Math.round(delays[Math.min(delays.length - 1, Math.floor(part * delays.length))]) : null)
  return { movements: frames / seconds, pictures: drawn.length / seconds, behind: share(0.5), behind95: share(0.95) }
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
try {
  for (const latency of [0, 150]) {
    for (const way of ['tiles', 'live']) {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
      await page.goto(`${address}/${way === 'tiles' ? '?live=off' : ''}#image=${encodeURIComponent(image)}`)
      await page.waitForFunction(() => { const tiles = [...document.querySelectorAll('.leaflet-tile')]; return tiles.length && tiles.every((tile) => tile.querySelector('img')) })
      await page.route(/\/(api|iiif)\//, async (route) => {
        await new Promise((resolve) => { setTimeout(resolve, latency) })
        await route.continue().catch(() => {})
      })
      await page.locator('.handle-vmax').hover()
      await page.waitForTimeout(3 * SECOND)
      let requests = 0
      page.on('request', (request) => { requests += /\/(api|iiif)\//.test(request.url()) })
      const found = await page.evaluate(drag, DRAG)
      await page.waitForTimeout(2 * SECOND)
      console.log(JSON.stringify({ latency, way, ...Object.fromEntries(Object.entries(found).map(([key, value]) => [key, value === null ? null : Number(value.toFixed(1))])), requests }))
      await page.close()
    }
  }
} finally {
  await browser.close()
}
