import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createProductExport } from '../catalog/export-products.js'
import { createProductFinder } from '../catalog/search/search-products.js'
import { loadConfig } from '../config.js'
import { type FileFormat, fileTexts } from '../http/table-file.js'
import { createOrderSearch } from '../orders/search/search-orders.js'
import { ORDER_COLUMNS } from '../routes/orders/exporting.js'
import { PRODUCT_COLUMNS } from '../routes/products/exporting.js'
import { openShop, type Shop } from '../user/shop.js'
import { attempt } from './attempt.js'

interface ExportOptions {
  format: FileFormat
  /** The new file; standard output if undefined. */
  out?: string
}

const CALLER = { client: '', gone: () => false }

const TEXTS = {
  products({ db }: Shop, format: FileFormat) {
    const { exportProducts } = createProductExport(createProductFinder(db), db.money)
    return fileTexts(exportProducts({ sort: 'createdAt' }, CALLER), PRODUCT_COLUMNS, format)
  },
  orders: ({ db }: Shop, format: FileFormat) =>
    fileTexts(createOrderSearch(db).pages({ sort: 'createdAt' }, CALLER), ORDER_COLUMNS, format),
}

/** Writes all products or orders of the configured database, at constant memory. Servers may be running. */
export const exportRows = (what: keyof typeof TEXTS, { format, out }: ExportOptions) =>
  attempt('Nothing was exported', async () => {
    const shop = await openShop(loadConfig(process.env))
    try {
      const texts = Readable.from(TEXTS[what](shop, format))
      // Orders contain personal data.
      if (out === undefined) await pipeline(texts, process.stdout, { end: false })
      else await pipeline(texts, createWriteStream(out, { flags: 'wx', mode: 0o600 }))
    } finally {
      await shop.close()
    }
  })
