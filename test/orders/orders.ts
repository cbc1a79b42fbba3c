import type { App } from '../../src/app.js'

export type Headers = Record<string, string>

/** Asks for an order, `headers` saying whose it is. */
export const order = (app: App, headers: Headers, payload: object) =>
  app.inject({ method: 'POST', url: '/orders', headers, payload })

/** How many of a product the database says are left. */
export const stockOf = async (app: App, id: string) =>
  Number((await app.db.read.product.findUniqueOrThrow({ where: { id } })).stock)

/** How often each status was answered. */
export const tally = (answers: { statusCode: number }[]) => {
  const counts: Record<number, number> = {}
  for (const { statusCode } of answers) counts[statusCode] = (counts[statusCode] ?? 0) + 1
  return counts
}
