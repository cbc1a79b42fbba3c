/** Socket attacks: endless replays, joins and packets. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { type Attack, type AttackOptions, addressOf, runConcurrently, tally } from './attack.js'

const PLENTY = 50_000
const JOIN = '40/inventory,'
const LEAVE = '41/inventory,'

/** Opens a WebSocket ready to join a namespace (Engine.IO 4, Socket.IO 5). It answers pings. */
async function openSocket({ host, port }: AttackOptions): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${host}:${port}/socket.io/?EIO=4&transport=websocket`, {
    headers: { 'x-forwarded-for': addressOf(PLENTY) },
    perMessageDeflate: false,
  })
  socket.on('error', () => undefined)
  socket.on('message', (data) => String(data) === '2' && socket.send('3'))
  await once(socket, 'message')
  return socket
}

const resumeFrom = ({ epoch }: AttackOptions, offset: number) =>
  `${JOIN}${JSON.stringify({ epoch, offset, batch: true })}`

/** Resolves when the server reports the end of the replay, or the socket closes. */
const replayed = (socket: WebSocket, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const look = (data: unknown) => {
      if (String(data).slice(0, 60).includes('stream:ready')) finish()
    }
    const finish = () => {
      socket.off('message', look).off('close', finish)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    socket.on('message', look).on('close', finish)
    signal.addEventListener('abort', finish)
  })

/** `count` sockets request the whole log; after each replay they leave and request it again. */
const replays =
  (count: number): Attack =>
  (options, signal) =>
    runConcurrently(count, signal, async () => {
      const socket = await openSocket(options)
      while (!signal.aborted && socket.readyState === WebSocket.OPEN) {
        socket.send(resumeFrom(options, 0))
        await replayed(socket, signal)
        socket.send(LEAVE)
        tally.started++
        await sleep(1)
      }
    })

export const replays10 = replays(10)
export const replays100 = replays(100)

/** 4 sockets join and leave without a pause, alternating between following live and having missed a page. */
export const leaveAndJoin: Attack = (options, signal) =>
  runConcurrently(4, signal, async () => {
    const socket = await openSocket(options)
    while (!signal.aborted && socket.readyState === WebSocket.OPEN) {
      for (let i = 0; i < 50; i++) {
        socket.send(resumeFrom(options, options.head - (i % 2) * 900))
        socket.send(LEAVE)
      }
      tally.started += 50
      await sleep(1)
    }
  })

/** 2 sockets send unsolicited packets as fast as the server reads them. */
export const packets: Attack = (options, signal) =>
  runConcurrently(2, signal, async () => {
    const socket = await openSocket(options)
    socket.send(JOIN)
    while (!signal.aborted && socket.readyState === WebSocket.OPEN) {
      for (let i = 0; i < 500; i++) socket.send('42/inventory,["auth:renew","x"]')
      tally.started += 500
      while (socket.bufferedAmount > 100_000 && !signal.aborted) await sleep(1)
      await sleep(0)
    }
  })

/** 1,000 sockets reconnect at once, as after a restart, each a thousand events behind, and keep following. */
export const resumes: Attack = async (options, signal) => {
  await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      while (!signal.aborted) {
        tally.started++
        const socket = await openSocket(options).catch(() => undefined)
        if (!socket) {
          await sleep(500 + Math.random() * 1_000)
          continue
        }
        socket.send(resumeFrom(options, Math.max(0, options.head - 1_000)))
        await Promise.race([once(socket, 'close').catch(() => undefined), once(signal, 'abort')])
      }
    }),
  )
}
