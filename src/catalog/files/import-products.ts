import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '../../accounts/access/principal.js'
import { Admission, type Caller, callerGone } from '../../db/admission.js'
import { Problem } from '../../errors.js'
import type { Renew } from '../../idempotency/idempotency.js'
import type { Remember } from '../../idempotency/remember.js'
import { createBatchWriter } from '../batches/write-batch.js'
import type { CatalogOptions } from '../product-transactions.js'
import { createDryRun } from './dry-run.js'
import { type Outcome, planLines, type Tally } from './plan-lines.js'
import type { FieldRules, LineFault, ProductLine } from './product-line.js'
import { type FileFormat, readProducts } from './read-products.js'

const MAX_ERRORS = 100

const NOTHING: Tally = { created: 0, updated: 0, unchanged: 0, failed: 0 }
const COUNTS = Object.keys(NOTHING) as (keyof Tally)[]

/** Lines of a transaction, and how long it is to take: SQLite holds this thread and every other writer meanwhile. */
const BATCH = { first: 200, least: 50, most: 1_000 }
const TARGET_MS = { here: 15, remote: 150 }
/** The pause after a batch while others write, as a multiple of the batch's time. */
const PAUSE_FACTOR = 2
const MAX_PAUSE_MS = 1_000

/** Imports read at once: each holds a batch in memory, for as long as its client sends. */
const UPLOADS = { atOnce: 4, waiting: 4, waitingOfClient: 2, patience: 10_000 }
/** Batches of different imports take turns: they share one thread, and hold the write lock most of the time. */
const TURNS = { atOnce: 1, waiting: 4, waitingOfClient: 4, patience: 60_000 }

/** The outcome of an import, or of a dry run. */
export interface ImportReport extends Tally {
  /** The first of them. */
  errors: LineFault[]
}

export interface ImportOptions {
  format: FileFormat
  /** Whether nothing is to be changed. */
  dryRun: boolean
  rules: FieldRules
  actor: Actor
  caller: Caller
  remember?: Remember<ImportReport> | undefined
  /** Called last in each transaction before the one with `remember`. */
  renew?: Renew | undefined
  /** Called before each batch; throws if the import may not go on. */
  check(): void
}

/** Returns `error` with the counts of the lines imported before it. */
const withReport = (error: unknown, report: ImportReport): unknown =>
  error instanceof Problem
    ? new Problem({ code: error.code, status: error.statusCode, title: error.title }, error.message, {
        extra: { ...error.extra, imported: { ...report } },
        cause: error.cause,
        ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
      })
    : error

/** Creates the import of products: files of any length in constant memory, in batches of one transaction each. */
export function createProductImport({ db, eventLog, lowStockThreshold }: CatalogOptions) {
  const write = createBatchWriter({ db, eventLog })
  const uploads = new Admission(UPLOADS)
  const turns = new Admission(TURNS)
  const targetMs = db.dialect.remote ? TARGET_MS.remote : TARGET_MS.here
  let commits = 0
  eventLog.onCommit(() => {
    commits++
  })

  async function run(file: AsyncIterable<Buffer>, options: ImportOptions): Promise<ImportReport> {
    const { format, rules, actor, caller, check, dryRun, remember, renew } = options
    const dry = createDryRun(db)
    const context = { actor, lowStockThreshold }
    let report: ImportReport = { ...NOTHING, errors: [] }
    let isBegun = false
    let size = BATCH.first
    let seen = commits

    /** The unreadable lines of the batch. */
    let faults: LineFault[] = []
    /** Lines of the batch at fault. */
    let failed = 0
    /** Counts a line at fault. @returns whether there is room for it in the report: the rest need not be decided */
    const isTold = () => report.errors.length + ++failed <= MAX_ERRORS

    /** @param isLast whether it completes the import, with `remember` in its transaction */
    async function applyBatch(lines: ProductLine[], isLast = false): Promise<void> {
      const remembered = isLast ? remember : undefined
      if (lines.length === 0 && !remembered) {
        report = reported({ tally: NOTHING, faults: [] })
        return
      }
      const endTurn = await turns.enter(caller)
      try {
        await takeTurn(lines, remembered)
      } finally {
        endTurn()
      }
    }

    /** Returns the report with the outcomes of a batch. */
    function reported({ tally, faults: found }: Outcome): ImportReport {
      const all = [...faults, ...found].sort((a, b) => a.line - b.line)
      const next = { ...report, errors: [...report.errors, ...all].slice(0, MAX_ERRORS) }
      for (const name of COUNTS) next[name] += tally[name]
      return next
    }

    async function takeTurn(lines: ProductLine[], remembered: typeof remember): Promise<void> {
      check()
      if (caller.gone()) throw callerGone()
      const { result, ms, announced } = dryRun
        ? await dry(lines, context, rules)
        : await write({
            names: lines.map(({ fields }) => fields),
            context,
            plan: (batch, products) => planLines(batch, lines, products, rules),
            remember: remembered ? (tx, outcome) => remembered(tx, reported(outcome)) : renew,
          })
      report = reported(result)
      faults = []
      failed = 0
      isBegun = true
      const growth = Math.min(2, targetMs / Math.max(ms, 0.1))
      size = Math.max(BATCH.least, Math.min(BATCH.most, Math.floor(size * growth)))
      const othersWrite = commits - seen > announced
      seen = commits
      // Orders get the larger part of the time.
      await (othersWrite ? sleep(Math.min(PAUSE_FACTOR * ms, MAX_PAUSE_MS)) : nextTurn())
    }

    try {
      let batch: ProductLine[] = []
      for await (const group of readProducts(file, { format, rules, mayRefuse: () => !isBegun }))
        for (const one of group) {
          if ('fields' in one && (one.faults.length === 0 || isTold())) batch.push(one)
          else {
            report.failed++
            if ('unreadable' in one && isTold())
              faults.push({ line: one.line, path: '', message: one.unreadable })
          }
          if (batch.length < size) continue
          await applyBatch(batch)
          batch = []
        }
      await applyBatch(batch, true)
      return report
    } catch (error) {
      throw isBegun ? withReport(error, report) : error
    }
  }

  return {
    /**
     * Creates and updates the products of a file. Each batch of lines is one transaction: where the file breaks off, those
     * before stay, and the rest never happened. `remember` is part of the last.
     * @param file its bytes; it is not destroyed
     * @throws Problem invalidRequest for an unreadable file, and bodyTooLarge, with the counts so far as `imported` if
     * something was done before; overloaded while too many imports run; clientGone
     */
    async importProducts(file: AsyncIterable<Buffer>, options: ImportOptions): Promise<ImportReport> {
      const leave = await uploads.enter(options.caller)
      try {
        return await run(file, options)
      } finally {
        leave()
      }
    },
  }
}
