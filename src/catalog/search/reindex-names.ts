import { setTimeout as sleep } from 'node:timers/promises'
import type { TermRow } from '../../db/bulk.js'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { NAME_RULES, sortKeyOf, termsOf } from '../../search/tokenize.js'
import { signatureOf } from './signatures.js'

const ROW = 1
/** Sorts after every id. */
const END = '~'

const MIN_STEP = 20
const MAX_STEP = 500
/** Target duration of a step, in milliseconds: SQLite blocks the process for its length. */
const STEP_MS = 8
/** The pause after a step: a multiple of its duration, within these bounds in milliseconds. */
const MIN_PAUSE_MS = 10
const MAX_PAUSE_MS = 250
const PAUSE_FACTOR = 3
/** Consecutive steps without a write after which the position is saved anyway. */
const MAX_UNSAVED_STEPS = 20

interface NamedProduct {
  id: string
  name: string
  nameSort: string
}

/** The expected index entry of a product. */
interface Entry extends NamedProduct {
  terms: string[]
  signature: bigint
}

const entryOf = ({ id, name }: NamedProduct): Entry => {
  const terms = termsOf(name)
  return { id, name, nameSort: sortKeyOf(name), terms, signature: BigInt(signatureOf(terms)) }
}

/** An outdated product. With `hasTerms`, its terms stay and only their signature is rewritten. */
interface Outdated extends Entry {
  hasTerms: boolean
  hasSortKey: boolean
}

/** A slice of the products for sale: ids after `after`, up to and including `last`. */
interface ScannedNames {
  after: string
  last: string
  outdated: Outdated[]
}

/** Reads the next products after `after` and finds those indexed under older rules. */
async function scan({ read, steps }: Db, after: string, count: number): Promise<ScannedNames> {
  const products: NamedProduct[] = await steps.step(() =>
    read.product.findMany({
      where: { deletedAt: null, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: count,
      select: { id: true, name: true, nameSort: true },
    }),
  )
  const last = products.length < count ? END : (products.at(-1)?.id ?? END)
  const rows = await steps.step(() =>
    read.productTerm.findMany({ where: { productId: { gt: after, lte: products.at(-1)?.id ?? after } } }),
  )
  const termsById = new Map<string, Map<string, bigint>>()
  for (const { productId, term, signature } of rows) {
    const terms = termsById.get(productId) ?? new Map<string, bigint>()
    termsById.set(productId, terms.set(term, signature))
  }
  const outdated = products.flatMap((product) => {
    const entry = entryOf(product)
    const had = termsById.get(product.id) ?? new Map<string, bigint>()
    const hasTerms = had.size === entry.terms.length && entry.terms.every((term) => had.has(term))
    const hasSortKey = entry.nameSort === product.nameSort
    const isRight = hasTerms && hasSortKey && entry.terms.every((term) => had.get(term) === entry.signature)
    return isRight ? [] : [{ ...entry, hasTerms, hasSortKey }]
  })
  return { after, last, outdated }
}

/** Reindexes a slice, except products renamed in the meantime: the rename already used the current rules. */
async function rewrite(db: Db, tx: Tx, { after, last, outdated }: ScannedNames): Promise<number> {
  if (outdated.length === 0) return 0
  await db.dialect.lockProducts(
    tx,
    outdated.map(({ id }) => id),
    true,
  )
  const now = await tx.product.findMany({
    where: { deletedAt: null, id: { gt: after, lte: last } },
    select: { id: true, name: true },
  })
  const names = new Map(now.map(({ id, name }) => [id, name]))
  const same = outdated.filter(({ id, name }) => names.get(id) === name)
  for (const { id, nameSort, hasSortKey } of same)
    if (!hasSortKey) await tx.product.updateMany({ where: { id }, data: { nameSort } })
  const made: TermRow[] = []
  for (const { id, terms, signature, hasTerms } of same)
    if (hasTerms)
      await tx.$executeRaw`UPDATE product_terms SET signature = ${signature} WHERE product_id = ${id}`
    else {
      await tx.$executeRaw`DELETE FROM product_terms WHERE product_id = ${id}`
      made.push(...terms.map((term): TermRow => [term, id, String(signature)]))
    }
  made.sort(([a], [b]) => (a < b ? -1 : 1))
  if (made.length > 0) await db.dialect.bulk.insertTerms(tx, made)
  return same.length
}

/** Returns the position to resume from, resetting it after a change of rules. Undefined when done. */
async function startPosition(db: Db): Promise<string | undefined> {
  const row = await db.read.nameIndex.findUnique({ where: { id: ROW } })
  if (row && row.rules >= NAME_RULES) return row.position === END ? undefined : row.position
  await db.write(async (tx) => {
    const older = { id: ROW, rules: { lt: NAME_RULES } }
    const begun = { rules: NAME_RULES, position: '' }
    const { count } = await tx.nameIndex.updateMany({ where: older, data: begun })
    if (count === 0 && !(await tx.nameIndex.findUnique({ where: { id: ROW } })))
      await tx.nameIndex.create({ data: { id: ROW, ...begun } })
  })
  return (await db.read.nameIndex.findUnique({ where: { id: ROW } }))?.position
}

/**
 * Reindexes product names written under older rules than NAME_RULES, in small steps with pauses. Each step is
 * one transaction with the position reached, so an interrupted run resumes and several processes share the
 * work. Searches and writes continue meanwhile; products already passed match under the new rules.
 * @param signal stops after the current step
 * @returns the number of products reindexed by this process
 */
export async function reindexNames(db: Db, signal: AbortSignal): Promise<number> {
  let saved = await startPosition(db)
  let written = 0
  let unsaved = 0
  for (let at = saved, count = MIN_STEP; at !== undefined && at !== END && !signal.aborted; ) {
    const start = performance.now()
    const slice = await scan(db, at, count)
    const { last, outdated } = slice
    if (outdated.length === 0 && last !== END && ++unsaved < MAX_UNSAVED_STEPS) at = last
    else {
      const from: string = saved ?? ''
      const done = await db.write(async (tx, inDoubt) => {
        const { count: moved } = await tx.nameIndex.updateMany({
          where: { id: ROW, rules: NAME_RULES, position: from },
          data: { position: last },
        })
        // Another process did this slice, or this one did and the commit's response was lost.
        return moved > 0 ? rewrite(db, tx, slice) : inDoubt ? outdated.length : 0
      })
      written += done
      unsaved = 0
      saved = (await db.read.nameIndex.findUnique({ where: { id: ROW } }))?.position
      at = saved
    }
    const ms = performance.now() - start
    const next = Math.floor(count * Math.min(2, STEP_MS / Math.max(ms, 0.1)))
    count = Math.max(MIN_STEP, Math.min(MAX_STEP, next))
    const pause = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, PAUSE_FACTOR * ms))
    await sleep(pause, undefined, { signal }).catch(() => {})
  }
  return written
}
