import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { State } from '../checks/state.js'
import type { Journal } from '../journal.js'
import type { ReceivedEvent } from '../load/listener.js'

const plain = (_key: string, value: unknown) => {
  if (value instanceof Map) return Object.fromEntries(value)
  return value instanceof Set ? [...value] : value
}

/** Data for diagnosing a failed round. */
export interface Evidence {
  journal: Journal
  /** The final state of the database; undefined if it could not be read. */
  state: State | undefined
  listeners: { name: string; received: readonly ReceivedEvent[] }[]
  /** The output of each Stockroom process since its last start, possibly only the end. */
  outputs: { name: string; output: string }[]
}

/** Writes `evidence` as JSON files to a new folder, which is not removed. @returns the folder */
export function writeEvidence(evidence: Evidence): string {
  const folder = mkdtempSync(join(tmpdir(), 'torture-evidence-'))
  for (const [name, content] of Object.entries(evidence))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(content, plain, 1) ?? '')
  return folder
}
