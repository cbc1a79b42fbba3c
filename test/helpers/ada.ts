import type { Test } from 'tap'
import type { App } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { build } from './app.js'

export const ada = { name: 'Ada', email: 'ada@shop.test', password: 'correct horse' }
export const credentials = { email: ada.email, password: ada.password }

/** Posts `payload`, or an empty request. */
export const post = (
  app: App,
  url: string,
  payload?: object | string,
  headers: Record<string, string> = {},
) => app.inject({ method: 'POST', url, headers, ...(payload !== undefined && { payload }) })

/** Builds an application with Ada registered and signed in. */
export async function withAda(t: Test, changes: Partial<Config> = {}) {
  const app = await build(t, changes)
  await post(app, '/auth/register', ada)
  return { app, ...(await login(app)) }
}

/** Signs Ada in again. @returns her cookies by name, her bearer header, and the response. */
export async function login(app: App) {
  const answer = await post(app, '/auth/login', credentials)
  const cookies = Object.fromEntries(answer.cookies.map(({ name, value }) => [name, value]))
  const bearer = { authorization: `Bearer ${answer.json().accessToken}` }
  return { cookies, bearer, answer }
}
