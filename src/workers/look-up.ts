import type { OrderView } from '../contract/order.js'
import type { EventLog } from '../stream/log.js'

const PAGE = 256

/**
 * Creates the function that looks for the order placed by a request among the events after an offset. Those that ask at
 * the same time, as all do after the death of a committer, share one reading of the log.
 */
export function createLookUp(eventLog: Pick<EventLog, 'read'>) {
  let reading: Promise<Map<string, OrderView>> | undefined
  let from = 0

  async function read(): Promise<Map<string, OrderView>> {
    // The others ask in this turn, each from its own offset.
    await new Promise(setImmediate)
    reading = undefined
    const orders = new Map<string, OrderView>()
    for (let after = from; ; ) {
      const events = await eventLog.read(after, PAGE)
      for (const event of events)
        if (event.type === 'order:created' && event.requestId !== undefined)
          orders.set(event.requestId, event.data)
      const last = events.at(-1)
      if (!last || events.length < PAGE) return orders
      after = last.offset
    }
  }

  /** @returns the order, or one of the orders of a checkout; undefined if there is none */
  return async (requestId: string, after: number): Promise<OrderView | undefined> => {
    from = reading ? Math.min(from, after) : after
    reading ??= read()
    return (await reading).get(requestId)
  }
}
