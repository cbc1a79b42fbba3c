import { effect, signal } from '@preact/signals'
import type { AnyEvent } from '../../../client/index'
import type { ProductView } from '../../../contract/product'
import { parseWhole } from '../../parts/numbers'

/** A product being counted. */
export interface CountLine {
  id: string
  name: string
  sku: string | null
  /** The stock in the books, kept current. */
  stock: number
  /** The count as typed; '' until it is. */
  typed: string
  /** The stock in the books when the count was typed: with another one, the count is not saved. */
  expected: number | undefined
  /** Why it was not saved. */
  fault: { available: number } | string | undefined
}

/** Maximum lines per request. */
export const MAX_LINES = 1_000

const STORAGE_KEY = 'stockroom-stocktake'

function restored(): CountLine[] {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]')
  } catch {
    return []
  }
}

/** The count of a line, undefined unless a whole number of 0 or more is typed. */
export function countOf({ typed }: CountLine): number | undefined {
  const count = parseWhole(typed)
  return count !== undefined && count >= 0 ? count : undefined
}

/** The products being counted, the latest first. They survive a reload. */
export function beginStocktake() {
  const lines = signal<CountLine[]>(restored())
  const stopKeeping = effect(() => localStorage.setItem(STORAGE_KEY, JSON.stringify(lines.value)))
  const change = (id: string, changes: (line: CountLine) => Partial<CountLine>) => {
    lines.value = lines.value.map((line) => (line.id === id ? { ...line, ...changes(line) } : line))
  }
  return {
    lines,
    /** Adds a product, unless it is there. */
    add({ id, name, sku, stock }: ProductView): void {
      if (lines.value.some((line) => line.id === id)) return
      const line = { id, name, sku, stock, typed: '', expected: undefined, fault: undefined }
      lines.value = [line, ...lines.value]
    },
    /** Takes a count made now. */
    type(id: string, typed: string): void {
      change(id, ({ stock }) => ({ typed, expected: stock, fault: undefined }))
    },
    /** Takes `count` in place of a refused one, for the present stock in the books. */
    settle(id: string, count: number, available: number): void {
      change(id, () => ({ typed: String(count), stock: available, expected: available, fault: undefined }))
    },
    /** Notes the stock that was saved for a line whose count was corrected meanwhile. */
    expect(id: string, stock: number): void {
      change(id, () => ({ stock, expected: stock }))
    },
    refuse(id: string, fault: NonNullable<CountLine['fault']>): void {
      change(id, () => ({ fault }))
    },
    remove(ids: ReadonlySet<string>): void {
      lines.value = lines.value.filter(({ id }) => !ids.has(id))
    },
    /** Applies live events. */
    apply(events: AnyEvent[]): void {
      for (const { type, data } of events)
        if (type === 'stock:changed') change(data.productId, () => ({ stock: data.stock }))
    },
    /** Forgets everything. */
    stop(): void {
      stopKeeping()
      localStorage.removeItem(STORAGE_KEY)
    },
  }
}

export type StocktakeLines = ReturnType<typeof beginStocktake>
