import { signal } from '@preact/signals'
import type { OrderView } from '../../../contract/order'
import type { RetryOptions } from '../../api/retry'
import { type CompleteOrder, completed } from '../expanded'

export type Paper = 'slips' | 'picking'

/** The current print job. */
export const printing = signal<{ paper: Paper; orders: CompleteOrder[] } | undefined>(undefined)

addEventListener('afterprint', () => {
  printing.value = undefined
})

/** Prints packing slips, or one picking list, of the orders not cancelled. @throws Refused, Unreachable */
export async function print(
  paper: Paper,
  orders: OrderView[],
  retryOptions: RetryOptions = {},
): Promise<void> {
  const wanted = orders.filter(({ status }) => status !== 'cancelled')
  printing.value = { paper, orders: await completed(wanted, retryOptions) }
}
