/** Stores results and compares them between runs. */
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
  /** The measured commit, with `+` if there were uncommitted changes. */
  commit: string
  machine: string
  loader: string
  mode: string
  rows: Measured[]
  /** Suites that could not run, with the reason. */
  skipped: string[]
}

const folder = new URL('results/', import.meta.url)
/** Path of the last results. */
export const LATEST = fileURLToPath(new URL('latest.json', folder))

const git = (...args: string[]) => spawnSync('git', args, { encoding: 'utf8' }).stdout?.trim() ?? ''

/** Describes a run: rows, machine and conditions. */
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
 * Lists changes from `before` to `now`, one line per row present in both. It compares ratios, which remain valid on a
 * slower machine; a change is significant if the two spreads do not overlap.
 */
export function compare(before: Results, now: Results): string[] {
  const lines = now.rows.flatMap((row) => {
    const old = before.rows.find(({ suite, name }) => suite === row.suite && name === row.name)
    if (!old) return []
    const change = (row.ratio / old.ratio - 1) * 100
    const apart = row.spread[0] > old.spread[1] || row.spread[1] < old.spread[0]
    const shown = `${change < 0 ? '' : '+'}${change.toFixed(0)} %`.padStart(7)
    const verdict = apart ? '' : '  (within the spread)'
    return [`${row.name.padEnd(52)} ${old.ratio.toFixed(2)} → ${row.ratio.toFixed(2)} ${shown}${verdict}`]
  })
  return [`Compared with ${before.commit} of ${before.at} (${before.mode}):`, ...lines]
}
