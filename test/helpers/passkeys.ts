import type { Test } from 'tap'
import type { App } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { post, withAda } from './ada.js'
import { noRateLimits } from './app.js'
import { createAuthenticator, type Forgery } from './authenticator.js'

export type Answer = Awaited<ReturnType<typeof post>>
export type Headers = Record<string, string>
export const codeOf = (answer: Answer) => String(answer.json().type ?? '').replace('/problems/', '')
export const remove = (app: App, id: string, headers: Headers, payload?: object) =>
  app.inject({ method: 'DELETE', url: `/auth/passkeys/${id}`, headers, ...(payload && { payload }) })

/** Sends requests as a page of http://localhost would. */
export const HERE = { host: 'localhost' }

/** Builds an application with Ada signed in, and an authenticator of hers. */
export async function withAuthenticator(t: Test, changes: Partial<Config> = noRateLimits) {
  const { app, bearer } = await withAda(t, changes)
  const device = createAuthenticator()
  const headers: Headers = { ...bearer, ...HERE }
  const register = async (authenticator = device, name?: string, forged: Forgery = {}, by = headers) => {
    const options = (await post(app, '/auth/passkeys/options', undefined, by)).json()
    const created = authenticator.create(options, forged)
    return post(app, '/auth/passkeys', { ...created, ...(name && { name }) }, by)
  }
  const challenge = async () => (await post(app, '/auth/login/passkey/options', {}, HERE)).json()
  const use = async (forged: Forgery = {}, authenticator = device, members: object = {}) =>
    post(app, '/auth/login/passkey', { ...authenticator.get(await challenge(), forged), ...members }, HERE)
  return { app, bearer, headers, device, register, challenge, use }
}
