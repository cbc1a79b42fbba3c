import { createReadStream, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { TSchema } from '@sinclair/typebox'
import { normalEmail } from '../accounts/user.js'
import { createCatalog } from '../catalog/catalog.js'
import type { FieldRules } from '../catalog/files/product-line.js'
import type { FileFormat } from '../catalog/files/read-products.js'
import { loadConfig } from '../config.js'
import { faultsOf } from '../http/field-faults.js'
import { validatorOf } from '../http/validation.js'
import type { Money } from '../money.js'
import { newProduct, productLine } from '../routes/products/schema.js'
import { openShop, type Shop } from '../user/shop.js'
import { attempt } from './attempt.js'
import { createProgress, type Progress } from './progress.js'

interface ImportFlags {
  format?: FileFormat
  dryRun?: boolean
  /** The email address of the admin named in the books. */
  as?: string
}

/** The rules of the API. */
function rulesOf(money: Money): FieldRules {
  const checkBy = (schema: TSchema) => {
    const validate = validatorOf(schema)
    return (fields: object) => (validate(fields) ? [] : faultsOf(validate.errors ?? []))
  }
  return { ofLine: checkBy(productLine(money)), ofNew: checkBy(newProduct(money)) }
}

/** Yields the pieces of a file, and shows how far it was read. */
async function* shown(file: Readable, bytes: number, progress: Progress): AsyncGenerator<Buffer> {
  let read = 0
  for await (const piece of file) {
    yield piece
    read += piece.length
    if (bytes > 0) progress.show(read, bytes, 'read')
  }
}

/** Returns the id of the admin named by `email`, or of the first one. */
async function keeperOf({ db, userOf }: Shop, email: string | undefined): Promise<string> {
  if (email !== undefined) {
    const user = await userOf(normalEmail(email))
    if (user.role !== 'admin') throw new Error(`${user.email} is no admin.`)
    return user.id
  }
  const admin = await db.read.user.findFirst({
    where: { role: 'admin', disabled: false },
    orderBy: { id: 'asc' },
  })
  if (!admin) throw new Error('there is no admin, who the books would name: create one by stockroom user.')
  return admin.id
}

/** Imports products from a file into the configured database, by the rules of the API. Servers may be running. */
export const importFile = (path: string, { format, dryRun = false, as }: ImportFlags) =>
  attempt('The file was not imported', async () => {
    const config = loadConfig(process.env)
    const bytes = path === '-' ? 0 : statSync(path).size
    const shop = await openShop(config)
    const progress = createProgress()
    try {
      const { db, eventLog } = shop
      const catalog = createCatalog({ db, eventLog, lowStockThreshold: config.lowStockThreshold })
      const file = path === '-' ? process.stdin : createReadStream(path)
      const { errors, created, updated, unchanged, failed } = await catalog
        .importProducts(shown(file, bytes, progress), {
          format: format ?? (/\.(ndjson|jsonl)$/i.test(path) ? 'ndjson' : 'csv'),
          dryRun,
          rules: rulesOf(db.money),
          actor: { userId: await keeperOf(shop, as) },
          caller: { client: '', gone: () => false },
          check: () => undefined,
        })
        .finally(progress.end)
      for (const { line, path: field, message } of errors)
        console.error(`line ${line}: ${[field, message].filter(Boolean).join(' ')}`)
      if (failed > errors.length) console.error(`… and ${failed - errors.length} more`)
      console.log(
        `${dryRun ? 'Nothing was changed. It would be: ' : ''}${created} created, ${updated} updated, ${unchanged} unchanged, ${failed} failed`,
      )
      if (failed > 0) process.exitCode = 1
    } finally {
      await shop.close()
    }
  })
