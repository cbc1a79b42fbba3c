import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { WebhookView } from '../../src/contract/webhook.js'
import { type Certificate, createAuthority } from '../helpers/certificates.js'
import { databaseOf } from '../helpers/database.js'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'

const SETTINGS = {
  ...noRateLimits,
  ADMIN_EMAIL: 'admin@shop.test',
  ADMIN_PASSWORD: 'correct horse battery',
  WEBHOOK_ALLOW_PRIVATE: 'true',
}

/** Starts a receiver with a certificate. @returns its URL, and the number of requests it got */
async function startTlsReceiver(t: Test, { cert, key }: Certificate) {
  let requests = 0
  const options = { cert: readFileSync(cert), key: readFileSync(key) }
  const server = createServer(options, (request, response) => {
    requests++
    request.resume()
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `https://127.0.0.1:${port}/hook`, requests: () => requests }
}

t.test('receivers need a certificate that is trusted, in date, and issued for them', async (t) => {
  const authority = createAuthority(t)
  const stranger = createAuthority(t)
  const here = 'IP:127.0.0.1'
  const good = await startTlsReceiver(t, authority.issue('good', here))
  const bad = {
    'of an unknown authority': await startTlsReceiver(t, stranger.issue('unknown', here)),
    expired: await startTlsReceiver(t, authority.issue('expired', here, -1)),
    'of another name': await startTlsReceiver(t, authority.issue('other', 'DNS:other.test')),
  }
  const cwd = t.testdir()
  const server = await startServer(t, cwd, {
    ...SETTINGS,
    DATABASE_URL: await databaseOf(t, cwd, 'stockroom.db'),
    NODE_EXTRA_CA_CERTS: authority.ca,
  })
  const headers = await adminOf(server, SETTINGS)
  const ask = async <T>(path: string, method = 'GET', body?: object): Promise<T> => {
    const answer = await fetch(server.url + path, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as T
  }
  const webhookFor = async ({ url }: { url: string }) =>
    (await ask<WebhookView>('/webhooks', 'POST', { url, types: ['product:created'] })).id
  const trusted = await webhookFor(good)
  const refused = await Promise.all(
    Object.entries(bad).map(async ([fault, receiver]) => ({
      fault,
      receiver,
      id: await webhookFor(receiver),
    })),
  )
  await makeProduct(server.url, headers, 5)

  while (good.requests() === 0) await sleep(20)
  const attempts = async (id: string) => (await ask<{ items: object[] }>(`/webhooks/${id}/deliveries`)).items
  while ((await attempts(trusted)).length === 0) await sleep(50)
  t.match(await attempts(trusted), [{ status: 204, error: null }])
  for (const { fault, receiver, id } of refused) {
    const state = () => ask<WebhookView>(`/webhooks/${id}`)
    while ((await state()).failures === 0) await sleep(50)
    t.match(await state(), { disabled: false, nextAttemptAt: String }, fault)
    t.match(await attempts(id), [{ type: 'product:created', status: null, error: 'certificate' }], fault)
    t.match(await ask(`/webhooks/${id}/test`, 'POST'), { error: 'certificate' }, fault)
    t.equal(receiver.requests(), 0, `${fault}: no request is sent`)
  }
  t.match(await ask(`/webhooks/${trusted}/test`, 'POST'), { status: 204, error: null })
  t.equal(await server.stop(), 0)
})
