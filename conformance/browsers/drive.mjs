// Opens one viewer's page, shows it several regions of the image and takes a screenshot of each.
// Task: { chromium, size: [w, h], url, looks: [{ region: [x, y, w, h], points: [[x, y], …], shot }] }
// Prints { places: [[[x, y], …], …], problems }: where each image point lies on the screenshot.
// A page offers window.look([x, y, w, h]), which resolves when the region is shown, if not yet drawn,
// and window.place([x, y]), from pixels of the image to pixels of the page.
import { writeFileSync } from 'node:fs'
import { perform } from './chromium.mjs'

await perform(async (page, task, still) => {
  const places = []
  await page.goto(task.url)
  await page.waitForFunction(() => window.look && window.place)
  for (const look of task.looks) {
    await page.evaluate((region) => window.look(region), look.region)
    const shown = await still()
    places.push(await page.evaluate((points) => points.map((point) => window.place(point)), look.points))
    writeFileSync(look.shot, shown)
  }
  return { places }
})
