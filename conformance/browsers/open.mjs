// Opens a viewer of whole objects, waits for words and tiles, and takes a screenshot at rest.
// Task: { chromium, size: [w, h], url, words: [text, …], tiles: boolean | pattern, canvas?: boolean, ignored: [pattern, …], shot }
// Prints { problems }.
import { writeFileSync } from 'node:fs'
import { perform } from './chromium.mjs'

const TILE = /\/iiif\/[23]\/.*\/\d+,\d+,\d+,\d+\/[^/]+\/0\/default/

await perform(async (page, task, still) => {
  // A viewer may read and rest for a while before it asks for the first part of a picture.
  const pattern = task.tiles === true ? TILE : new RegExp(task.tiles)
  const tile = task.tiles && page.waitForResponse((answer) => pattern.test(answer.url()))
  // Where another step fails first, nobody waits for it.
  if (tile) tile.catch(() => {})
  await page.goto(task.url)
  for (const word of task.words) await page.getByText(word).first().waitFor({ state: 'attached' })
  if (task.canvas !== false) await page.locator('canvas').first().waitFor()
  await tile
  writeFileSync(task.shot, await still())
  return {}
})
