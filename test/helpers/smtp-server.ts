import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'
import { parseMail, type Received } from './mail.js'

/** A refusal by an SMTP server. */
export const refusal = (responseCode: number, message = 'not now') =>
  Object.assign(new Error(message), { responseCode })

/**
 * Starts a mail server on a free port, stopped when the test ends.
 * @param options.answer returns the refusal of a message, if it is refused
 */
export async function startSmtpServer(
  t: Test,
  {
    port = 0,
    answer = () => undefined,
    ...options
  }: SMTPServerOptions & {
    port?: number
    answer?: (mail: Received) => Error | undefined
  } = {},
) {
  const received: Received[] = []
  const state = { attempts: 0 }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    async onData(stream, _session, callback) {
      const mail = parseMail(await text(stream))
      state.attempts++
      const refused = answer(mail)
      if (!refused) received.push(mail)
      callback(refused)
    },
    ...options,
  })
  server.on('error', () => {}) // of clients that leave
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  const stop = () => new Promise<void>((resolve) => server.close(resolve))
  t.teardown(stop)
  return { port: (server.server.address() as AddressInfo).port, received, state, stop }
}

/** Starts a server that accepts connections and says nothing. */
export async function startSilentServer(t: Test) {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets }
}
