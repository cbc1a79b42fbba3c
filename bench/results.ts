/** Where results are kept, and what a change did to them. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chart } from './chart.js'
import { loader } from './load.js'
import type { Measured } from './measure.js'
import { pinned } from './processes.js'
import { markdown } from './table.js'

export interface Results {
  at: string
  /** The commit that was measured, with `+` when there were changes on top of it. */
  commit: string
  machine: string
  loader: string
  mode: string
  rows: Measured[]
  /** Suites that could not be run, and why. */
  skipped: string[]
}

const folder = new URL('results/', import.meta.url)

const git = (...args: string[]) => spawnSync('git', args, { encoding: 'utf8' }).stdout?.trim() ?? ''

/** What was measured, where and how. */
export function describe(rows: Measured[], skipped: string[], mode: string): Results {
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`
  const places = pinned ? 'server and load on different cores' : 'server and load share the cores'
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', 'src') ? '+' : ''),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${memory}, Node ${process.versions.node}, ${process.platform}; ${places}`,
    loader,
    mode,
    rows,
    skipped,
  }
}

/** Writes latest.json, latest.md and latest.svg. @returns the folder. */
export function write(results: Results): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('latest.json', folder), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(new URL('latest.md', folder), markdown(results))
  writeFileSync(new URL('latest.svg', folder), chart(results.rows))
  return fileURLToPath(folder)
}

export const read = (file: string): Results => JSON.parse(readFileSync(file, 'utf8'))

/**
 * What changed from `before` to `now`, a line for each row that both have. Ratios are compared, for they stand when the
 * machine is slower than it was; a change is called one where the two spreads don't overlap.
 */
export function compare(before: Results, now: Results): string[] {
  const lines = now.rows.flatMap((row) => {
    const old = before.rows.find(({ suite, name }) => suite === row.suite && name === row.name)
    if (!old) return []
    const change = (row.ratio / old.ratio - 1) * 100
    const apart = row.spread[0] > old.spread[1] || row.spread[1] < old.spread[0]
    const told = `${change < 0 ? '' : '+'}${change.toFixed(0)} %`.padStart(7)
    const verdict = apart ? '' : '  (within the spread)'
    return [`${row.name.padEnd(52)} ${old.ratio.toFixed(2)} → ${row.ratio.toFixed(2)} ${told}${verdict}`]
  })
  return [`Compared with ${before.commit} of ${before.at} (${before.mode}):`, ...lines]
}
