import type { Config } from '../../../src/config.js'

/** Secrets fit for production. */
export const STRONG = 'Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK'
export const OTHER = '3kfJ8sLwq1ZxPo6VtRbYn0MhCd5GeUaT'

/** The valid and invalid values of a setting. */
export interface Row {
  /** Key of the setting in Config. */
  key: keyof Config
  absent: unknown
  /** Valid texts with their parsed values. */
  good: [text: string, value: unknown][]
  bad: string[]
  /** Other settings it requires. */
  with?: NodeJS.ProcessEnv
}

/** Values of a setting between `least` and `most`. */
export const integers = (least: number, most: number) => ({
  good: [least, most].map((n): [string, number] => [String(n), n]),
  bad: [String(least - 1), String(most + 1), 'many', '1.5', '1e9x'],
})
