import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { checkUrl } from '../../src/webhooks/receiver-url.js'
import { isPublicAddress } from '../../src/webhooks/sending/addresses.js'
import { createHosts } from '../../src/webhooks/sending/resolve.js'
import { createTransport } from '../../src/webhooks/sending/transport.js'
import { startDnsServer } from '../helpers/dns-server.js'
import { startReceiver } from '../helpers/webhook-receiver.js'

const PRIVATE = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::ffff:0:10.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::8.8.8.8',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
]
const PUBLIC = [
  '8.8.8.8',
  '172.32.0.1',
  '192.167.0.1',
  '2606:4700:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
]

t.test('addresses of special ranges are not public, whatever IPv6 wraps them', async (t) => {
  for (const address of PRIVATE) t.equal(isPublicAddress(address), false, address)
  for (const address of PUBLIC) t.equal(isPublicAddress(address), true, address)
  for (const text of ['', 'localhost', '8.8.8.8 ', 'x']) t.equal(isPublicAddress(text), false, text)
})

const rules = (allowPrivate: boolean, servers?: string[]) => ({
  hosts: createHosts({ allowPrivate, ...(servers && { servers }) }),
  httpsOnly: !allowPrivate,
})

t.test('a URL at a private address is refused in every spelling', async (t) => {
  const hosts = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '%31%32%37.0.0.1',
    '１２７.0.0.1',
    '169.254.169.254',
    '0',
    'localhost',
    'LOCALHOST.',
    'api.localhost',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:a9fe:a9fe]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[64:ff9b::7f00:1]',
  ]
  for (const host of hosts)
    t.match(await checkUrl(`https://${host}/hook`, rules(false)), { fault: /public address/ }, host)
  const texts = [
    '',
    'erp',
    'ftp://8.8.8.8/',
    'http://8.8.8.8/',
    'https://',
    'https://a b/',
    'https://8.8.8.8:0/',
  ]
  texts.push('https://user:pass@8.8.8.8/', 'https://8.8.8.8/#x', 'javascript:alert(1)', '//8.8.8.8/')
  for (const text of texts) t.match(await checkUrl(text, rules(false)), { fault: /^must / }, text)
  t.same(await checkUrl('https://8.8.8.8:8443/a?b=c', rules(false)), { url: 'https://8.8.8.8:8443/a?b=c' })
  t.same(await checkUrl('http://localhost:9/a', rules(true)), { url: 'http://localhost:9/a' })
})

t.test('a name that changes its address after it was checked reaches nothing', async (t) => {
  const receiver = await startReceiver(t)
  let address = '93.184.215.14'
  const servers = [await startDnsServer(t, () => address)]
  const url = receiver.url.replace('127.0.0.1', 'rebind.test')
  t.same(await checkUrl(url, { ...rules(false, servers), httpsOnly: false }), { url })
  address = '127.0.0.1'
  t.match(await checkUrl(url, { ...rules(false, servers), httpsOnly: false }), { fault: /public address/ })

  const strict = createTransport({ allowPrivate: false, servers })
  const open = createTransport({ allowPrivate: true, servers })
  t.teardown(() => Promise.all([strict.close(), open.close()]))
  const request = { url: new URL(url), headers: {}, body: '{}' }
  t.match(await strict.send(request), { status: null, error: 'address-refused' })
  t.match(await strict.send({ ...request, url: new URL(receiver.url) }), { error: 'address-refused' })
  t.equal(receiver.received.length, 0)
  t.match(await open.send(request), { status: 204, error: null }, 'and it is there')
})

t.test('an address of IPv6 in a URL is connected to only if private addresses are allowed', async (t) => {
  let connections = 0
  const server = createServer((_request, response) => response.writeHead(204).end())
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '::', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const [strict, open] = [createTransport({ allowPrivate: false }), createTransport({ allowPrivate: true })]
  t.teardown(() => Promise.all([strict.close(), open.close()]))
  const hosts = ['[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]']
  const request = (host: string) => ({ url: new URL(`http://${host}:${port}/`), headers: {}, body: '{}' })
  for (const host of hosts) {
    t.match(await strict.send(request(host)), { status: null, error: 'address-refused' }, host)
    t.equal(connections, 0, 'not even a connection is made')
  }
  t.match(await open.send(request('[::1]')), { status: 204, error: null })
  t.match(await open.send(request('[::ffff:127.0.0.1]')), { status: 204, error: null })
  t.same(await checkUrl(`http://[::1]:${port}/`, rules(true)), { url: `http://[::1]:${port}/` })
})
