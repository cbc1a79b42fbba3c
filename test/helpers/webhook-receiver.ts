import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Test } from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'

/** A received request. */
export interface Received {
  id: string
  event: AnyEvent
  headers: IncomingMessage['headers']
  body: string
  /** On the monotonic clock, in milliseconds. */
  at: number
}

/** Answers a request; 204 by default. */
export type Answering = (received: Received, response: ServerResponse, count: number) => void

const accept: Answering = (_received, response) => response.writeHead(204).end()

/** Listens on a free port of the loopback interface until the test ends. @returns the URL */
export async function listen(t: Test, handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Starts a receiver in this process, and keeps what it gets. */
export async function startReceiver(t: Test, answer: Answering = accept) {
  const received: Received[] = []
  let isBusy = false
  let overlaps = 0
  const waiting: { count: number; resolve(): void }[] = []
  const url = await listen(t, async (request, response) => {
    if (isBusy) overlaps++
    isBusy = true
    response.once('close', () => {
      isBusy = false
    })
    let body = ''
    for await (const chunk of request) body += chunk
    const got = {
      id: String(request.headers['webhook-id']),
      event: JSON.parse(body),
      headers: request.headers,
      body,
      at: performance.now(),
    }
    received.push(got)
    answer(got, response, received.length)
    for (const { count, resolve } of waiting) if (received.length >= count) resolve()
  })

  return {
    url: `${url}/hook`,
    received,
    /** Requests received before the previous one was answered. */
    overlaps: () => overlaps,
    offsets: () => received.map(({ event }) => event.offset),
    /** Resolves once `count` requests have come. */
    until: (count: number) =>
      new Promise<void>((resolve) => {
        if (received.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    /** @throws if a request is not signed with `secret` */
    verify(secret: string, requests: readonly Received[] = received): void {
      const webhook = new Webhook(secret)
      for (const { body, headers } of requests) webhook.verify(body, headers as Record<string, string>)
    },
  }
}
