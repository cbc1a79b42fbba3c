import type { EventType } from '../../src/contract/events.js'
import type { LogPage } from '../../src/webhooks/delivery/blocks.js'

/** A log of `stock:changed`, and of `stock:low` at every tenth offset. */
export function fakeLog() {
  const log = { oldest: 1, reads: 0 }
  const typeOf = (offset: number): EventType => (offset % 10 === 0 ? 'stock:low' : 'stock:changed')
  const read = async (after: number, upTo: number): Promise<LogPage> => {
    log.reads++
    if (after < log.oldest - 1) return { upTo, events: undefined, oldest: log.oldest }
    const end = Math.min(upTo, (Math.floor(after / 256) + 1) * 256)
    const events = Array.from({ length: end - after }, (_, i) => {
      const offset = after + 1 + i
      const type = typeOf(offset)
      return { offset, type, text: JSON.stringify({ offset, type, data: {} }) }
    })
    return { upTo: end, events }
  }
  return { log, read }
}
