import t from 'tap'
import { choose, type Seen } from '../../../../src/db/mysql/hosts/choose.js'
import { Host } from '../../../../src/db/mysql/hosts/host.js'
import { productFault } from '../../../../src/db/mysql/hosts/product.js'

const [a, b, c] = ['a', 'b', 'c'].map((host) => new Host({ host, port: 3306 })) as [Host, Host, Host]
const takes = (host: Host, isMember = false): Seen => [
  host,
  { refuses: undefined, isMember, isReadOnly: false },
]
const refuses = (host: Host): Seen => [
  host,
  { refuses: 'it is read-only (read_only)', isMember: false, isReadOnly: true },
]

t.test('the server that takes writes is chosen, and kept while it does', async (t) => {
  const one = [refuses(a), takes(b), refuses(c)]
  t.equal(choose(one, undefined).host, b)
  t.equal(choose(one, a).host, b)
  t.same(choose(one, a).reasons, [
    'a:3306: it is read-only (read_only)',
    'c:3306: it is read-only (read_only)',
  ])
  const galera = [takes(a, true), takes(b, true)]
  t.equal(choose(galera, undefined).host, a)
  t.equal(choose(galera, b).host, b)
})

t.test('no server is chosen if none takes writes, or two do that would diverge', async (t) => {
  t.same(choose([refuses(a), refuses(b)], a), {
    reasons: ['a:3306: it is read-only (read_only)', 'b:3306: it is read-only (read_only)'],
  })
  t.same(choose([takes(a), takes(b)], a), {
    reasons: ['a:3306 and b:3306 both take writes, but only one may'],
  })
  t.equal(choose([takes(a, true), takes(b)], a).host, undefined)
})

t.test('products are told apart by their version, and refused by name', async (t) => {
  const fault = (version: string, more: Record<string, string> = {}) =>
    productFault(new Map(Object.entries({ version, ...more })))
  for (const good of ['8.0.31', '9.7.4-2', '8.0.36-28.1', '10.11.19-MariaDB-0+deb12u1', '11.8.2-MariaDB-log'])
    t.equal(fault(good), undefined, good)
  t.equal(fault('8.0.39', { aurora_version: '3.08.2' }), undefined)
  t.match(fault('8.0.28', { aurora_version: '3.04.4' }), /MySQL 8\.0\.28 is too old.*\(Aurora MySQL 3\.05 is/)
  t.match(fault('8.0.30'), /MySQL 8\.0\.30 is too old: it must be 8\.0\.31 at least$/)
  t.match(fault('10.6.21-MariaDB'), /MariaDB 10\.6\.21-MariaDB is too old/)
  t.match(fault('8.0.11-TiDB-v8.5.0'), /the server is TiDB, which lacks SKIP LOCKED/)
  t.match(fault('8.0.30-Vitess'), /the server is Vitess/)
  t.match(fault('8.0.34', { version_comment: 'PlanetScale' }), /the server is Vitess/)
  const group = { group_replication_group_name: 'aaaa' }
  t.equal(fault('9.7.4', { ...group, group_replication_single_primary_mode: 'ON' }), undefined)
  t.match(
    fault('9.7.4', { ...group, group_replication_single_primary_mode: 'OFF' }),
    /its replication group has several primaries.*group_replication_switch_to_single_primary_mode/,
  )
})
