import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import t from 'tap'
import { createLogDestination } from '../../src/log/destination.js'

t.test('control characters are escaped in the log, C1 controls and line separators included', async (t) => {
  const file = join(t.testdir(), 'log')
  const fd = openSync(file, 'w')
  const log = pino({}, createLogDestination({ fd, report: (sentence) => t.fail(sentence) }))
  const userAgent = 'a\n\u0085{"log":"security"}\u009b31m\u2028\u2029\u007f é'
  log.info({ userAgent }, 'sign-in')
  const line = readFileSync(file, 'utf8').trimEnd()
  t.notMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
  t.equal(JSON.parse(line).userAgent, userAgent)
})
