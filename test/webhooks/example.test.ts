import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { requestOf } from '../../src/webhooks/sending/request.js'
import { newSecret } from '../../src/webhooks/sending/signature.js'
import { codeUnder } from '../helpers/pages.js'
import { freePort } from '../helpers/ports.js'

t.test(
  'the receiver of docs/webhooks.md verifies requests, and knows an event that comes again',
  async (t) => {
    const code = codeUnder('docs/webhooks.md', 'A receiver', 'js')
    t.ok(code.split('\n').length <= 25, 'it is short')
    const dir = t.testdir({ 'receive.mjs': code })
    const secret = newSecret()
    const port = await freePort()
    const { NODE_OPTIONS: _, ...inherited } = process.env
    let output = ''
    const start = async () => {
      const env = { ...inherited, SECRET: secret, PORT: String(port) }
      const child = spawn(process.execPath, ['receive.mjs'], { cwd: dir, env })
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
      t.teardown(() => child.kill('SIGKILL'))
      const url = `http://127.0.0.1:${port}/`
      while (!(await fetch(url).catch(() => undefined))) await sleep(20)
      return child
    }
    const send = async (offset: number, { by = [secret], at = Date.now() } = {}) => {
      const url = `http://127.0.0.1:${port}/`
      const request = requestOf({
        url,
        id: `e:${offset}`,
        body: `{"offset":${offset}}`,
        at,
        secrets: by,
        userAgent: '',
      })
      return (await fetch(url, { method: 'POST', headers: request.headers, body: request.body })).status
    }
    const child = await start()
    t.equal(await send(1), 204)
    t.equal(await send(1), 204)
    t.equal(await send(2, { by: [newSecret(), secret] }), 204)
    t.equal(await send(3, { by: [newSecret()] }), 401)
    t.equal(await send(4, { at: Date.now() - 600_000 }), 401)
    t.equal(
      (await fetch(`http://127.0.0.1:${port}/`, { headers: { 'webhook-signature': 'v1,é' } })).status,
      401,
    )
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    await start()
    t.equal(await send(2), 204)
    t.equal(await send(5), 204)
    t.equal(output, '{"offset":1}\n{"offset":2}\n{"offset":5}\n')
  },
)
