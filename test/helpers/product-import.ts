import type { Test } from 'tap'
import { createProductChanges } from '../../src/catalog/change-products.js'
import { createProductImport, type ImportOptions } from '../../src/catalog/files/import-products.js'
import { addUser, engineDb } from './engine-db.js'

/** Creates the import of products on an empty database: without HTTP, and without rules for single fields. */
export async function importEngine(t: Test) {
  const { db, eventLog } = await engineDb(t)
  const admin = { userId: await addUser(db, 'admin') }
  const options = { db, eventLog, lowStockThreshold: 10 }
  const { importProducts } = createProductImport(options)
  return {
    db,
    eventLog,
    admin,
    products: createProductChanges(options),
    /** Imports `lines` of NDJSON, in the pieces from `cut`. */
    importLines: (
      lines: object[],
      more: Partial<ImportOptions> = {},
      cut: (file: Buffer) => AsyncIterable<Buffer> = whole,
    ) =>
      importProducts(cut(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))), {
        format: 'ndjson',
        dryRun: false,
        rules: { ofLine: () => [], ofNew: () => [] },
        actor: admin,
        caller: { client: 'a client', gone: () => false },
        check: () => {},
        ...more,
      }),
  }
}

async function* whole(file: Buffer) {
  yield file
}

/** Returns lines of new products without a SKU. */
export const newLamps = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `Lamp ${i}`, price: 2.5, stock: 30 }))
