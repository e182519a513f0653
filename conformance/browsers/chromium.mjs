// A page in headless Chromium that keeps a list of everything that goes wrong on it.
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

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
    page.setDefaultTimeout(30000)
    const failed = watch(page, problems, task.ignored)
    result = await Promise.race([steps(page, task), failed]).catch((error) => {
      problems.push(`page: ${error.message}`)
    })
  } finally {
    await browser.close()
  }
  console.log(JSON.stringify({ ...result, problems }))
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
