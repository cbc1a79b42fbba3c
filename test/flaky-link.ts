import { EventEmitter, once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

/**
 * A link to a database server that fails as networks do. It passes all bytes on until it is told to lose answers or
 * to be down.
 */
export async function flakyLink(t: Test, target: string) {
  const { hostname, port } = new URL(target)
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
    const far = connect(Number(port || 3306), hostname)
    let losing = false
    const hangUp = () => {
      near.destroy()
      far.destroy()
      open.delete(near)
    }
    open.add(near)
    near.on('data', (chunk: Buffer) => {
      // A packet of the protocol: its length and number, the command, and the text of the query.
      if (toLose > 0 && chunk.subarray(5).toString() === 'COMMIT') {
        toLose--
        losing = true
      }
      if (!frozen) far.write(chunk)
    })
    // The server has answered, so it has committed; nobody hears of it.
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
    /** Lets the next `count` commits reach the server, and cuts the connection in place of their answers. */
    loseCommits(count: number) {
      toLose = count
    },
    /** How many answers are still to be lost. */
    get toLose() {
      return toLose
    },
    /** Cuts every connection and takes none. */
    fail() {
      down = true
      for (const socket of open) socket.destroy()
    },
    /** Keeps every connection and takes more, and passes nothing on. */
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
