// Opens a viewer of whole objects, waits for words and for the network, and takes a screenshot.
// Task: { chromium, size: [w, h], url, words: [text, …], ignored: [pattern, …], shot }
// Prints { problems }.
import { perform } from './chromium.mjs'

await perform(async (page, task) => {
  await page.goto(task.url)
  for (const word of task.words) await page.getByText(word).first().waitFor({ state: 'attached' })
  await page.locator('canvas').first().waitFor()
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(2500) // the last tiles fade in
  await page.screenshot({ path: task.shot })
  return {}
})
