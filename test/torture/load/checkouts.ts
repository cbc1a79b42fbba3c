import type { CheckoutView } from '../../../src/contract/checkout.js'
import type { CheckoutRequest, CheckoutUse } from '../journal.js'
import type { Random } from '../random.js'
import type { Account } from './account.js'
import { isInconclusive, type Shop, sendUntilSettled } from './shop.js'

/**
 * Sends a checkout: with a key until it is placed or refused, without one once.
 * @returns the ids of its orders, if it was acknowledged
 */
export async function checkOut(
  shop: Shop,
  account: Account,
  use: CheckoutUse,
  random: Random,
): Promise<string[]> {
  const { request, key } = use
  const { userId: _, lines, ...terms } = request
  const call = {
    method: 'POST',
    path: '/checkouts',
    body: { items: lines, ...terms },
    ...(key !== null && { headers: { 'idempotency-key': key } }),
  } as const
  const { status, text } =
    key === null
      ? await account.send(call)
      : await sendUntilSettled(
          shop,
          `checkout ${key}`,
          (timeoutMs) => account.send(call, { timeoutMs }),
          random,
          () => {
            use.inDoubt = true
          },
        )
  if (isInconclusive(status)) use.inDoubt = true
  else if (status === 201) {
    const view = JSON.parse(text) as CheckoutView
    shop.journal.acknowledgeCheckout(use, view)
    return view.orders.map(({ id }) => id)
  } else if (status !== 409) shop.journal.report('answer', `a checkout returned ${status}: ${text}`)
  return []
}

/** Records a new request for a checkout. */
export function newCheckout({ journal }: Shop, request: CheckoutRequest, key: string | null): CheckoutUse {
  const use: CheckoutUse = { request, key, ids: new Set(), inDoubt: false }
  journal.checkouts.push(use)
  return use
}
