import Database from 'better-sqlite3'
import type { Test } from 'tap'
import { BOUNDED_TABLES, type Plans, type Statements } from './statements.js'

/** Records the statements prepared on any connection of this process until the test ends. */
export function watchPrepared(t: Test): Statements {
  const texts = new Set<string>()
  const { prepare } = Database.prototype
  Database.prototype.prepare = function noted(this: Database.Database, text: string) {
    texts.add(text)
    return prepare.call(this, text)
  } as typeof prepare
  t.teardown(() => {
    Database.prototype.prepare = prepare
  })
  return texts
}

// Derived tables of a statement: its JSON parameter and named subqueries.
const OWN =
  /^SCAN (json_each|take|made|wanted|CONSTANT ROW|\d+-ROW VALUES|\d+ CONSTANT ROWS|\(|sub$|found|page|passing|capped|booked|sold|part$)/

const BOUNDED = new RegExp(`^SCAN (main\\.)?(${BOUNDED_TABLES.join('|')})\\b`)

interface Opcode {
  addr: number
  opcode: string
  p2: number
}

/**
 * Returns the tables scanned only while foreign keys are violated, since a new parent row might repair them. These
 * scans are skipped while the violation counter is zero (https://www.sqlite.org/opcode.html#FkIfZero), and none of
 * our statements violates any.
 */
function scannedWhenBroken(db: Database.Database, text: string, values: null[]): string[] {
  const program = db.prepare<null[], Opcode>(`EXPLAIN ${text}`).all(...values)
  const tableAt = db.prepare<[number], string>('SELECT name FROM sqlite_schema WHERE rootpage = ?').pluck()
  const skipped = program
    .filter(({ opcode }) => opcode === 'FkIfZero')
    .flatMap(({ addr, p2: end }) => program.slice(addr, end))
  return skipped.flatMap(({ opcode, p2 }) => (opcode === 'OpenRead' ? (tableAt.get(p2) ?? []) : []))
}

/** Opens a database to explain statements. SQLite plans without looking at values. */
export function sqlitePlans(file: string): Plans {
  const db = new Database(file, { readonly: true })
  return {
    async faultOf(text) {
      const values = Array(text.split('?').length - 1).fill(null)
      const steps = db.prepare<null[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all(...values)
      const details = steps.map(({ detail }) => detail)
      const scans = details.filter(
        (detail) => detail.startsWith('SCAN') && !OWN.test(detail) && !BOUNDED.test(detail),
      )
      for (const table of scans.length > 0 ? scannedWhenBroken(db, text, values) : []) {
        const at = scans.indexOf(`SCAN ${table}`)
        if (at >= 0) scans.splice(at, 1)
      }
      const sorts = details.some((detail) => detail.includes('TEMP B-TREE FOR ORDER BY'))
      // A whole list is read in index order, no further than its limit.
      const walks = /ORDER BY/i.test(text) && /LIMIT/i.test(text) && !/WHERE (?!1=1)/i.test(text) && !sorts
      return scans.length > 0 && !walks ? details.join(' | ') : undefined
    },
    close: async () => void db.close(),
  }
}
