// Opens an address from standard input in Chromium, and reports when pictures appear.
//     node browser.mjs CHROMIUM
// Prints "ready", then JSON with the times of the first tile and of a full screen (seconds since 1970).
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(new URL('../client/package.json', import.meta.url))
const { chromium } = require('playwright-core')
const PATIENCE = 60000 // milliseconds

// Runs in the page: records when the first image of the map has loaded, and when all have loaded.
function watch() {
  const drawn = (tile) => [...tile.querySelectorAll('img')].some((img) => img.complete && img.naturalWidth > 0)
  const times = {}
  const look = () => {
    const tiles = [...document.querySelectorAll('.leaflet-tile')]
    if (tiles.some(drawn)) times['first tile'] ??= Date.now() / 1000
    const full = tiles.length > 0 && tiles.every(drawn)
    if (full) times.screen ??= Date.now() / 1000
    else delete times.screen
    window.benchmark = full && Date.now() / 1000 - times.screen > 0.5 ? times : undefined
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

const browser = await chromium.launch({
  executablePath: process.argv[2],
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
})
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.addInitScript(watch)
  console.log('ready')
  for await (const url of createInterface({ input: process.stdin })) {
    await page.goto(url.trim(), { timeout: PATIENCE })
    const found = await page.waitForFunction(() => window.benchmark, null, { timeout: PATIENCE })
    console.log(JSON.stringify(await found.jsonValue()))
    break
  }
} finally {
  await browser.close()
}
