import type { InjectOptions } from 'fastify'
import type { App } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { build, signIn } from './app.js'
import { injectPatiently } from './patience.js'

export type Headers = Record<string, string>

/** Builds an application with an admin and shortcuts to call it. */
export async function shop(t: Parameters<typeof build>[0], changes: Partial<Config> = {}) {
  const app = await build(t, changes)
  const { headers: admin, id: adminId } = await signIn(app, 'admin')
  const call = (
    method: NonNullable<InjectOptions['method']>,
    url: string,
    payload?: object,
    headers: Headers = {},
  ) => injectPatiently(app, { method, url, headers: { ...admin, ...headers }, ...(payload && { payload }) })
  const add = async (product: object = {}) => {
    const answer = await call('POST', '/products', { name: 'Lamp', price: 19.99, stock: 5, ...product })
    return answer.json<{ id: string; name: string; price: number; stock: number; updatedAt: string }>()
  }
  return { app, admin, adminId, call, add }
}

/** Returns the whole log without offsets and times. */
export const eventsOf = async (app: App) =>
  (await app.eventLog.read(0, 1000)).map(({ type, data }) => ({ type, data }))
