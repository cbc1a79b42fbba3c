import { setTimeout as sleep } from 'node:timers/promises'
import type { TermRow } from '../db/bulk.js'
import type { Db, Tx } from '../db/types.js'
import { NAME_RULES, sortKeyOf, termsOf } from './names.js'
import { signatureOf } from './signatures.js'

const ROW = 1
/** Behind every id. */
const END = '~'

const FIRST_STEP = 20
const LONGEST_STEP = 500
/** How long a step should take, in milliseconds: on SQLite nothing else happens meanwhile. */
const STEP_MS = 8
/** The pause after a step, in milliseconds at least, and as a multiple of the step. */
const LEAST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 250
const PAUSE_FACTOR = 3
/** Steps that found nothing to write, after which the place is noted all the same. */
const UNNOTED_STEPS = 20

interface NamedProduct {
  id: string
  name: string
  nameSort: string
}

/** What the index should have of one product. */
interface Entry extends NamedProduct {
  terms: string[]
  signature: bigint
}

const entryOf = ({ id, name }: NamedProduct): Entry => {
  const terms = termsOf(name)
  return { id, name, nameSort: sortKeyOf(name), terms, signature: BigInt(signatureOf(terms)) }
}

/** How a product is to be written: in all, or with a new signature alone. */
interface Outdated extends Entry {
  hasTerms: boolean
  hasSortKey: boolean
}

/** A part of the products for sale: those behind the id `after`, up to `last`. */
interface Part {
  after: string
  last: string
  outdated: Outdated[]
}

/** The next products behind `after`, and of these the ones that are indexed by other rules. */
async function look({ read, steps }: Db, after: string, count: number): Promise<Part> {
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

/** Writes a part anew, but for products whose name changed meanwhile: who changed it wrote them by the rules of today. */
async function rewrite(db: Db, tx: Tx, { after, last, outdated }: Part): Promise<number> {
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

/** Where the work stands; where it has to begin when other rules were applied last. Undefined when it is done. */
async function begin(db: Db): Promise<string | undefined> {
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
 * Indexes the names anew that were written by other rules than those of today (NAME_RULES): in small steps with pauses, each of
 * which is one transaction with the place that was reached. So it goes on where it was interrupted, and several processes share
 * it. What it has passed is found by today's rules; searches and writes go on meanwhile.
 * @param signal ends it after the current step
 * @returns how many products were written anew here
 */
export async function reindexNames(db: Db, signal: AbortSignal): Promise<number> {
  let noted = await begin(db)
  let written = 0
  let unnoted = 0
  for (let at = noted, count = FIRST_STEP; at !== undefined && at !== END && !signal.aborted; ) {
    const start = performance.now()
    const part = await look(db, at, count)
    const { last, outdated } = part
    if (outdated.length === 0 && last !== END && ++unnoted < UNNOTED_STEPS) at = last
    else {
      const from: string = noted ?? ''
      const done = await db.write(async (tx, inDoubt) => {
        const { count: moved } = await tx.nameIndex.updateMany({
          where: { id: ROW, rules: NAME_RULES, position: from },
          data: { position: last },
        })
        // Another process did this part, or this one did, and the answer was lost.
        return moved > 0 ? rewrite(db, tx, part) : inDoubt ? outdated.length : 0
      })
      written += done
      unnoted = 0
      noted = (await db.read.nameIndex.findUnique({ where: { id: ROW } }))?.position
      at = noted
    }
    const ms = performance.now() - start
    const next = Math.floor(count * Math.min(2, STEP_MS / Math.max(ms, 0.1)))
    count = Math.max(FIRST_STEP, Math.min(LONGEST_STEP, next))
    const pause = Math.min(LONGEST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, PAUSE_FACTOR * ms))
    await sleep(pause, undefined, { signal }).catch(() => {})
  }
  return written
}
