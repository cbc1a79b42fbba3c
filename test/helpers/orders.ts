import type { App } from '../../src/app.js'

export type Headers = Record<string, string>

/** Posts an order as the user in `headers`. */
export const order = (app: App, headers: Headers, payload: object) =>
  app.inject({ method: 'POST', url: '/orders', headers, payload })

/** Reads a product's stock from the database. */
export const stockOf = async (app: App, id: string) =>
  Number((await app.db.read.product.findUniqueOrThrow({ where: { id } })).stock)

/** Counts the responses by status. */
export const tally = (answers: { statusCode: number }[]) => {
  const counts: Record<number, number> = {}
  for (const { statusCode } of answers) counts[statusCode] = (counts[statusCode] ?? 0) + 1
  return counts
}
