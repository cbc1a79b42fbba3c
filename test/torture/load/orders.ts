import type { OrderView } from '../../../src/contract/order.js'
import type { OrderRequest } from '../journal.js'
import type { Random } from '../random.js'
import type { Account } from './account.js'
import type { Answer } from './http.js'
import { isInconclusive, type Shop, sendUntilSettled } from './shop.js'

const PLACE = { method: 'POST', path: '/orders' } as const

const bodyOf = ({ userId: _, ...body }: OrderRequest) => body

/** Records the response to an order. @returns the id of a placed order */
function settle(
  shop: Shop,
  request: OrderRequest,
  { status, text }: Answer,
  key?: string,
): string | undefined {
  if (status === 201) {
    const view = JSON.parse(text) as OrderView
    shop.journal.acknowledge(request, view, key)
    return view.id
  }
  if (status !== 409) shop.journal.report('answer', `placing an order returned ${status}: ${text}`)
  return undefined
}

/** Retries an order with `key` until it is placed or refused. @returns the id of a placed order */
export async function placeWithKey(
  shop: Shop,
  account: Account,
  request: OrderRequest,
  key: string,
  random: Random,
): Promise<string | undefined> {
  const use = shop.journal.useKey(request, key)
  const call = { ...PLACE, headers: { 'idempotency-key': key }, body: bodyOf(request) }
  const answer = await sendUntilSettled(
    shop,
    `order ${key}`,
    (timeoutMs) => account.send(call, { timeoutMs }),
    random,
    () => {
      use.inDoubt = true
    },
  )
  return settle(shop, request, answer, key)
}

/** Sends an order once, without a key. @returns its id, if it was acknowledged */
export async function placeWithoutKey(
  shop: Shop,
  account: Account,
  request: OrderRequest,
): Promise<string | undefined> {
  const answer = await account.send({ ...PLACE, body: bodyOf(request) })
  if (!isInconclusive(answer.status)) return settle(shop, request, answer)
  shop.journal.keylessInDoubt.push(request)
  return undefined
}

/**
 * Sends an order with `key` to one process once.
 * @returns whether it was placed
 */
export async function probe(
  shop: Shop,
  account: Account,
  request: OrderRequest,
  { key, url, timeoutMs }: { key: string; url: string; timeoutMs: number },
): Promise<boolean> {
  const use = shop.journal.useKey(request, key)
  const call = { ...PLACE, headers: { 'idempotency-key': key }, body: bodyOf(request) }
  const answer = await account.send(call, { url, timeoutMs })
  if (!isInconclusive(answer.status)) return settle(shop, request, answer, key) !== undefined
  use.inDoubt = true
  return false
}
