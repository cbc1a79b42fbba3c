/** The delivery thread: started by delivery/start-thread.ts. */
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { LogPage } from './delivery/blocks.js'
import { Deliverer } from './delivery/deliverer.js'
import type { Progress } from './delivery/endpoint.js'
import type { FromThread, ThreadData, ToThread } from './delivery/messages.js'
import type { RemoteDeliveryTracing } from './delivery/tracing.js'
import { createTransport } from './sending/transport.js'

const { epoch, userAgent, allowPrivate, niceness, isTraced }: ThreadData = workerData
const port = parentPort
if (!port) throw new Error('this is the script of a thread')
const tell = (message: FromThread) => port.postMessage(message)

// On Linux a priority is per thread; elsewhere it would apply to the whole process.
if (niceness > 0 && process.platform === 'linux') setPriority(niceness)

const reads = new Map<number, (page: LogPage | undefined) => void>()
let calls = 0

const headers = new Map<number, (headers: Record<string, string> | undefined) => void>()
/** Asks for the headers of an attempt, and tells its end. */
const trace: RemoteDeliveryTracing = async (attempt) => {
  const call = calls++
  const given = await new Promise<Record<string, string> | undefined>((resolve) => {
    headers.set(call, resolve)
    tell({ type: 'attempt', call, attempt })
  })
  return given && { headers: given, end: (outcome) => tell({ type: 'attempted', call, outcome }) }
}

const deliverer = new Deliverer({
  transport: createTransport({ allowPrivate }),
  epoch,
  userAgent,
  read: async (after, upTo) => {
    const call = calls++
    const page = await new Promise<LogPage | undefined>((resolve) => {
      reads.set(call, resolve)
      tell({ type: 'read', call, after, upTo })
    })
    if (!page) throw new Error('the log could not be read')
    return page
  },
  onNews: () => tell({ type: 'news' }),
  trace: isTraced ? trace : undefined,
})

const report = (call: number, progress: Progress[]) =>
  tell({ type: 'progress', call, progress, behind: deliverer.behind })

port.on('message', async (message: ToThread) => {
  switch (message.type) {
    case 'grant':
      return deliverer.grant(message.until)
    case 'advance':
      return deliverer.advance(message.head)
    case 'endpoints':
      return deliverer.setEndpoints(message.endpoints)
    case 'page':
      reads.get(message.call)?.(message.page)
      reads.delete(message.call)
      return
    case 'headers':
      headers.get(message.call)?.(message.headers)
      headers.delete(message.call)
      return
    case 'collect':
      return report(message.call, deliverer.collect())
    case 'close':
      report(message.call, await deliverer.close())
      port.close()
  }
})
