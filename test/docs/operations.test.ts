import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { build } from '../helpers/app.js'
import { read, root } from '../helpers/pages.js'
import { find, missing } from '../helpers/topology/programs.js'

/** Words of PromQL, and metrics of Prometheus itself. */
const FOREIGN = new Set([
  'up',
  'sum',
  'by',
  'rate',
  'histogram_quantile',
  'max',
  'min',
  'and',
  'topk',
  'label_values',
])

/** Returns the metrics in an expression: names before a selector, a range, an operator or a closing parenthesis. */
const metricsIn = (expression: string) =>
  [...expression.replaceAll(/by \([^)]*\)|"[^"]*"/g, '').matchAll(/\b[a-z][a-z0-9_]{3,}\b(?!\s*[(=~])/g)]
    .map(([name]) => name)
    .filter((name) => name.includes('_') || name === 'sockets' || name === 'connections')
    .filter((name) => !FOREIGN.has(name) && !name.startsWith('__'))

t.test('the dashboard and the alerts use metrics that the server has', async (t) => {
  const app = await build(t)
  const { body } = await app.inject('/metrics')
  const known = new Set(
    [...body.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  )
  known.add('redis_up') // with REDIS_URL alone
  const dashboard = JSON.parse(read('deploy/grafana-dashboard.json')) as {
    panels: { title: string; targets: { expr: string }[] }[]
  }
  const alerts = [
    ...read('deploy/prometheus-alerts.yaml').matchAll(/expr: (?:>-\n)?((?:.|\n(?= {10}))+)/g),
  ].map(([, expression = '']) => expression)
  t.ok(dashboard.panels.length >= 12 && alerts.length >= 8)
  const used = [
    ...alerts,
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ].flatMap(metricsIn)
  t.ok(used.length > 20)
  t.same(
    [...new Set(used)].filter((name) => !known.has(name)),
    [],
  )
})

t.test('promtool accepts the alerts', { skip: missing('promtool') }, async (t) => {
  const promtool = find('promtool') ?? ''
  const output = execFileSync(promtool, ['check', 'rules', join(root, 'deploy/prometheus-alerts.yaml')], {
    encoding: 'utf8',
  })
  t.match(output, /SUCCESS: 9 rules found/)
})

t.test('promtool accepts the queries of the dashboard', { skip: missing('promtool') }, async (t) => {
  const { panels } = JSON.parse(read('deploy/grafana-dashboard.json')) as {
    panels: { targets: { expr: string }[] }[]
  }
  // promtool reads no dashboards: as rules it checks the same queries, with Grafana's variables filled in.
  const rules = panels
    .flatMap(({ targets }) => targets)
    .map(({ expr }) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'))
    .map((expr, i) => ({ record: `query:${i}`, expr }))
  const file = join(t.testdir(), 'queries.yaml')
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
  const output = execFileSync(find('promtool') ?? '', ['check', 'rules', file], { encoding: 'utf8' })
  t.match(output, `SUCCESS: ${rules.length} rules found`)
})

t.test('the manifests for Kubernetes replace one node at a time, without privileges', async (t) => {
  const manifest = read('deploy/kubernetes.yaml')
  for (const line of [
    'maxUnavailable: 0',
    'runAsNonRoot: true',
    'readOnlyRootFilesystem: true',
    'allowPrivilegeEscalation: false',
    'capabilities: { drop: [ALL] }',
    'minAvailable: 2',
    'readinessProbe',
    'startupProbe',
  ])
    t.ok(manifest.includes(line), line)
  const [, grace] = /terminationGracePeriodSeconds: (\d+)/.exec(manifest) ?? []
  const [, delay] = /SHUTDOWN_DELAY, value: '(\d+)'/.exec(manifest) ?? []
  t.ok(Number(grace) > Number(delay) + 9, 'it drains and ends before it is killed')
  t.match(manifest, /livenessProbe:\n +httpGet: \{ path: \/health\/live/)
  t.notMatch(manifest, /password: \S|stringData/i)
})
