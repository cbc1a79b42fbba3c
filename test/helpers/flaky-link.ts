import { EventEmitter, once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'
import { parseServerUrl } from '../../src/db/mysql/url.js'

/**
 * A proxy to a database server that simulates network failures. It forwards all bytes until told to drop responses or
 * go down.
 */
export async function flakyLink(t: Test, target: string) {
  const { host, port } = parseServerUrl(target)
  const open = new Set<Socket>()
  let down = false
  let frozen = false
  let toLose = 0

  const refusals = new EventEmitter()

  const listener = createServer((near) => {
    if (down) {
      near.destroy()
      refusals.emit('refused')
      return
    }
    const far = connect(port, host)
    let losing = false
    const hangUp = () => {
      near.destroy()
      far.destroy()
      open.delete(near)
    }
    open.add(near)
    near.on('data', (chunk: Buffer) => {
      // A protocol packet: length and sequence number, command, and query text.
      if (toLose > 0 && chunk.subarray(5).toString() === 'COMMIT') {
        toLose--
        losing = true
      }
      if (!frozen) far.write(chunk)
    })
    // The server has committed, but its response is dropped.
    far.on('data', (chunk) => {
      if (losing) hangUp()
      else if (!frozen) near.write(chunk)
    })
    for (const socket of [near, far]) socket.on('error', hangUp).on('close', hangUp)
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.teardown(() => {
    listener.close()
    for (const socket of open) socket.destroy()
  })
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((listener.address() as { port: number }).port)

  return {
    url: url.href,
    /**
     * Forwards the next `count` commits to the server and cuts the connection instead of returning their responses.
     */
    loseCommits(count: number) {
      toLose = count
    },
    /** Number of responses still to be dropped. */
    get toLose() {
      return toLose
    },
    /** Cuts every connection and accepts none. */
    fail() {
      down = true
      for (const socket of open) socket.destroy()
    },
    /** Keeps connections open and accepts new ones, but forwards nothing. */
    freeze() {
      frozen = true
    },
    /** Resolves when the next connection is refused. */
    refused: () => once(refusals, 'refused'),
    restore() {
      down = false
      frozen = false
    },
  }
}
