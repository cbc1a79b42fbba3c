import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Returns axe's findings on the current page, one line each. @param rules those to run; all by default */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  await page.evaluate(axe)
  await page.evaluate(
    `Promise.all(document.getAnimations().map((each) => each.finish?.call && each.effect.getComputedTiming().iterations !== Infinity && each.finish()))`,
  )
  return page.evaluate<
    string[]
  >(`axe.run(${JSON.stringify(rules ? { runOnly: rules } : {})}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + failureSummary)))`)
}
