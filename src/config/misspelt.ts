import { Environment } from './environment.js'
import { fileSettingOf, SECRETS } from './secret-files.js'

const KNOWN = [...Object.keys(Environment.properties), ...SECRETS.map(fileSettingOf)]
/** Shorter names are too close to common variables: HOME is two edits from HOST. */
const MIN_LENGTH = 7

/** Returns the Levenshtein distance of `a` and `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

function isMeant(known: string, name: string): boolean {
  if (known.startsWith(`${name}_`)) return name.includes('_')
  return known.length >= MIN_LENGTH && Math.abs(known.length - name.length) <= 2 && distance(known, name) <= 2
}

/** Returns a warning for each variable whose name is close to that of a setting: it has no effect. */
export function warnOfMisspelt(names: string[]): string[] {
  return names.flatMap((name) => {
    if (name.length < MIN_LENGTH - 2 || KNOWN.includes(name)) return []
    const meant = KNOWN.find((known) => isMeant(known, name))
    return meant ? [`${name} is not a setting and has no effect: did you mean ${meant}?`] : []
  })
}
