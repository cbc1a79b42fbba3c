import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

const PATIENCE_MS = 5_000

/** Returns whether a WebSocket handshake at `url`, with these headers too, gets through. */
export function canUpgrade(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve) => {
    const handshake = request(`${url}/socket.io/?EIO=4&transport=websocket`, {
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16, 1).toString('base64'),
      },
      timeout: PATIENCE_MS,
    })
    const settle = (passed: boolean) => {
      resolve(passed)
      handshake.destroy()
    }
    handshake.once('upgrade', () => settle(true))
    handshake.once('response', () => settle(false))
    handshake.once('timeout', () => settle(false))
    handshake.once('error', () => settle(false))
    handshake.end()
  })
}
