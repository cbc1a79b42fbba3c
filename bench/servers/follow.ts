/** Ways to follow every event as an admin, each at little cost next to the measured server. */
import { connect } from 'node:net'
import WebSocket from 'ws'

export interface FollowOptions {
  address: string
  token: string
  /** Over sockets, whether to request arrays of events, as the project's own client does, or one packet per event. */
  batch: boolean
}

export interface Heard {
  /** It is live after the offset in `text`. */
  ready(text: string): void
  /** `text` has whole events. */
  events(text: string): void
  failed(error: Error): void
  closed(): void
}

/** Follows by a bare WebSocket, with only the needed parts of Socket.IO's protocol. @returns a function to end it */
export function bySocket({ address, token, batch }: FollowOptions, heard: Heard): () => void {
  const url = `${address.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  const socket = new WebSocket(url, { perMessageDeflate: false })
  socket.once('error', heard.failed)
  socket.once('close', heard.closed)
  socket.on('message', (data) => {
    const text = data.toString()
    if (text.startsWith('0')) socket.send(`40/admin,${JSON.stringify({ token, batch })}`)
    else if (text === '2') socket.send('3')
    else if (text.startsWith('44/admin')) heard.failed(new Error(text))
    else if (text.startsWith('42/admin,["stream:ready"')) heard.ready(text)
    else if (text.startsWith('42/admin')) heard.events(text)
  })
  return () => socket.terminate()
}

/** Follows by server-sent events over a bare connection. @returns a function to end it */
export function byStream({ address, token }: FollowOptions, heard: Heard): () => void {
  const { hostname, port, host } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.write(
    `GET /events/stream?view=admin HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )
  socket.once('error', heard.failed)
  socket.once('close', heard.closed)
  let isLive = false
  let rest = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const text = rest + chunk
    const end = text.lastIndexOf('\n\n') + 1
    rest = text.slice(end)
    const whole = text.slice(0, end)
    if (isLive) return heard.events(whole)
    if (/^HTTP\/1.1 [^2]/.test(text)) return heard.failed(new Error(text))
    if (!whole.includes('event: ready')) return
    isLive = true
    heard.ready(whole)
  })
  return () => socket.destroy()
}
