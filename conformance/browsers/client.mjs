// Uses the bundled client as a person would: by the names of its controls.
// Task: { chromium, size: [w, h], color, cube, shots: { whole, plain, negative, again, frame } }
// where color and cube are addresses of images at one to one. Prints { address, pressed, problems }:
// the address of the negative, and whether `Color mix` was pressed, before and after.
import { writeFileSync } from 'node:fs'
import { perform } from './chromium.mjs'

const MAP = { name: /^Image\./ }

await perform(async (page, task, still) => {
  const map = page.getByRole('application', MAP)
  const settle = async () => {
    await page.waitForTimeout(700) // the address is written a moment after the view
    await page.waitForFunction(() => !document.body.classList.contains('is-loading'))
    await still()
  }
  const open = async (address) => {
    await page.goto('about:blank')
    await page.goto(address)
    await map.waitFor()
    await page.waitForSelector('.iiif-tiles img, .iiif-tiles canvas')
    await settle()
  }
  const shoot = (path) => map.screenshot({ path })

  await open(task.color)
  const mixed = page.getByRole('button', { name: 'Color mix' })
  const pressed = [await mixed.getAttribute('aria-pressed')]
  await shoot(task.shots.plain)
  await page.getByRole('checkbox', { name: 'Negative' }).check()
  await settle()
  await shoot(task.shots.negative)
  pressed.push(await mixed.getAttribute('aria-pressed'))
  const address = page.url()
  await open(address)
  await shoot(task.shots.again)
  await page.getByRole('button', { name: /^Whole image/ }).click()
  await settle()
  await page.screenshot({ path: task.shots.whole })
  await open(task.cube)
  await page.getByRole('button', { name: 'Next frame' }).click()
  await settle()
  await shoot(task.shots.frame)
  return { address, pressed }
})
