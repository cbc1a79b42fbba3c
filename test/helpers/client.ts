import type { App } from '../../src/app.js'
import { type ClientOptions, createClient, type TokenStorage, type Tokens } from '../../src/client/index.js'
import { listen } from './sockets.js'

export const ada = { name: 'Ada Lovelace', email: 'ada@shop.test', password: 'correct horse battery' }

/** Returns storage in memory whose content the test may change. */
export function openStorage() {
  const storage: TokenStorage & { kept: Tokens | undefined } = {
    kept: undefined,
    load: () => storage.kept,
    save(tokens) {
      storage.kept = tokens
    },
  }
  return storage
}

/** Registers Ada and signs her in. @returns the client, its storage, and the paths it has requested */
export async function clientOf(app: App, options: Partial<ClientOptions> = {}) {
  const url = await listen(app)
  const requested: string[] = []
  const storage = openStorage()
  const send = options.fetch ?? ((request: Request) => fetch(request))
  const client = createClient({
    url,
    storage,
    ...options,
    fetch(request) {
      requested.push(`${request.method} ${new URL(request.url).pathname}`)
      return send(request)
    },
  })
  await client.POST('/auth/register', { body: ada })
  await client.signIn({ email: ada.email, password: ada.password })
  return { client, storage, requested, url }
}
