// A page in headless Chromium that keeps a list of everything that goes wrong on it.
// There is no event for "all is drawn": what is asked for on a page counts as drawn when nothing more
// is under way and the page has looked the same for a while.
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PATIENCE = 60000 // milliseconds
const PAUSE = 300
const QUIET = 4 // equal screenshots in a row, a pause between each

/** Reads the task named on the command line, opens a page, runs `steps` on it, prints its result. */
export async function perform(steps) {
  const task = JSON.parse(readFileSync(process.argv[2], 'utf8'))
  const browser = await chromium.launch({
    executablePath: task.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', ...(task.flags ?? [])]
  })
  const problems = []
  let result = {}
  try {
    const [width, height] = task.size
    const page = await browser.newPage({ viewport: { width, height } })
    page.setDefaultTimeout(PATIENCE)
    const failed = watch(page, problems, task.ignored)
    const underway = count(page)
    const still = (options) => rest(page, underway, options)
    result = await Promise.race([steps(page, task, still), failed]).catch((error) => {
      problems.push(`page: ${error.message}`)
    })
  } finally {
    await browser.close()
  }
  console.log(JSON.stringify({ ...result, problems }))
}

// Requests that have no answer yet.
function count(page) {
  const underway = new Set()
  page.on('request', (request) => underway.add(request))
  for (const end of ['requestfinished', 'requestfailed']) {
    page.on(end, (request) => underway.delete(request))
  }
  // An address left takes its requests with it, sometimes without a word.
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) underway.clear()
  })
  return underway
}

// Waits until the page is at rest, and gives the screenshot.
async function rest(page, underway, { of = page, ...options } = {}) {
  const deadline = Date.now() + PATIENCE
  let before = Buffer.alloc(0)
  let equal = 0
  while (Date.now() < deadline) {
    const now = await of.screenshot(options)
    equal = underway.size === 0 && now.equals(before) ? equal + 1 : 0
    if (equal >= QUIET) return now
    before = now
    await page.waitForTimeout(PAUSE)
  }
  const asked = [...underway].map((request) => request.url()).join(' ')
  throw new Error(`Timeout: the page does not come to rest ${asked}`)
}

// Resolves half a second after the first problem: one is enough, and others may explain it.
function watch(page, problems, ignored = []) {
  const faultsOfTheViewer = ignored.map((pattern) => new RegExp(pattern))
  let resolve
  const promise = new Promise((found) => {
    resolve = found
  })
  const note = (problem) => {
    if (faultsOfTheViewer.some((pattern) => pattern.test(problem))) return
    problems.push(problem)
    setTimeout(resolve, 500)
  }
  page.on('console', (message) => {
    if (message.type() === 'error') note(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => note(`page: ${error.message}`))
  page.on('requestfailed', (request) => {
    // Viewers give up tiles that they no longer need.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') {
      note(`request: ${request.url()} ${request.failure()?.errorText}`)
    }
  })
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') {
      note(`outside: ${request.url()}`)
    }
  })
  page.on('response', (response) => {
    if (response.status() >= 400) note(`status: ${response.status()} ${response.url()}`)
  })
  return promise
}
