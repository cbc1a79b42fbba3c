import type { Test } from 'tap'
import { buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { configOfEmpty, noRateLimits } from './app.js'

type Line = Record<string, unknown>

export const ada = { name: 'Ada', email: 'ada@shop.test', password: 'correct horse battery' }
export const agent = { 'user-agent': 'a browser', 'x-forwarded-for': '203.0.113.7' }

/** Builds an application with captured logs: the whole text, and the lines of the security log. */
export async function openSecurityLog(t: Test, changes: Partial<Config> = {}, dir = t.testdir()) {
  const config = await configOfEmpty(t, dir, { ...noRateLimits, trustProxy: true, ...changes })
  let text = ''
  const stream = {
    write: (line: string) => {
      text += line
    },
  }
  const app = buildApp(config, { level: 'trace', stream })
  t.teardown(() => app.close())
  await app.ready()
  const lines = (): Line[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter(({ log }) => log === 'security')
  let seen = lines().length
  return {
    app,
    log: () => text,
    lines,
    /** Returns the lines since the last call. */
    fresh: () => lines().slice(seen, (seen = lines().length)),
    post: (url: string, payload?: object, headers: Record<string, string> = {}) =>
      app.inject({ method: 'POST', url, headers: { ...agent, ...headers }, ...(payload && { payload }) }),
  }
}

export const whence = { address: '203.0.113.7', userAgent: 'a browser', method: 'POST' }
