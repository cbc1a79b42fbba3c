import { createApiKeys } from '../accounts/api-keys/api-keys.js'
import { normalEmail } from '../accounts/user.js'
import { loadConfig } from '../config.js'
import type { ApiKeyView, NewApiKeyView, Scope } from '../contract/api-key.js'
import { SYSTEM } from '../stream/origin.js'
import { UsageError } from '../user/arguments.js'
import type { Prepared } from '../user/prepare.js'
import { openShop, type Shop } from '../user/shop.js'
import { isInteractive } from '../user/terminal.js'
import { attempt } from './attempt.js'
import { carryOut } from './carry-out.js'
import { tableOf } from './table.js'

type Keys = ReturnType<typeof createApiKeys>
interface Asking {
  yes?: boolean
}

/** Opens the shop, and carries out the change returned by `prepare`. Servers notice changed keys by themselves. */
const change = ({ yes }: Asking, prepare: (keys: Keys, shop: Shop) => Promise<Prepared>) =>
  attempt('Nothing was changed', async () => {
    if (!yes && !isInteractive()) throw new UsageError('there is no terminal to ask at: add --yes.')
    const shop = await openShop(loadConfig(process.env))
    try {
      const keys = createApiKeys({ db: shop.db, onChange: async () => undefined })
      await carryOut(await prepare(keys, shop), yes)
    } finally {
      await shop.close()
    }
  })

const tell = ({ id, key }: NewApiKeyView) => `The key ${id} is\n${key}\nIt is not shown again.`

async function keyOf(keys: Keys, id: string): Promise<ApiKeyView> {
  const key = (await keys.list()).find((each) => each.id === id)
  if (!key) throw new Error(`there is no key ${id}: stockroom key list shows those in force.`)
  return key
}

/** Creates a key of the admin `owner`. */
export const createKey = (
  name: string,
  options: { scopes: Scope[]; owner: string; expires?: string } & Asking,
) =>
  change(options, async (keys, { userOf }) => {
    const owner = await userOf(normalEmail(options.owner))
    if (owner.role !== 'admin' || owner.disabled)
      throw new Error(`${owner.email} is no admin in good standing: only their keys are valid.`)
    const { scopes, expires: expiresAt } = options
    if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt)))
      throw new Error('--expires is a time like 2027-01-31T12:00:00Z.')
    return {
      plan: `This creates the key "${name}" of ${owner.email}, for ${scopes.join(', ')}.`,
      act: async () => tell(await keys.create({ name, scopes, expiresAt }, owner.id, SYSTEM)),
    }
  })

/** Prints the keys in force. */
export const listKeys = () =>
  attempt('The keys cannot be listed', async () => {
    const shop = await openShop(loadConfig(process.env))
    try {
      const keys = await createApiKeys({ db: shop.db, onChange: async () => undefined }).list()
      const rows = keys.map(({ id, name, prefix, scopes, lastUsedAt, expiresAt }) => [
        id,
        prefix,
        name,
        scopes.join(' '),
        lastUsedAt?.slice(0, 16).replace('T', ' ') ?? 'never',
        expiresAt?.slice(0, 16).replace('T', ' ') ?? 'never',
      ])
      console.log(tableOf([['ID', 'BEGINS WITH', 'NAME', 'SCOPES', 'LAST USED', 'EXPIRES'], ...rows]))
    } finally {
      await shop.close()
    }
  })

/** Replaces the secret of the key `id`. @param options.overlap seconds for which the previous one stays valid */
export const rotateKey = (id: string, options: { overlap: number } & Asking) =>
  change(options, async (keys) => {
    const { name } = await keyOf(keys, id)
    return {
      plan: `This replaces the secret of the key "${name}"; the previous one ends in ${options.overlap} seconds.`,
      act: async () => tell(await keys.rotate(id, options.overlap)),
    }
  })

/** Ends the key `id`. */
export const revokeKey = (id: string, options: Asking) =>
  change(options, async (keys) => {
    const { name } = await keyOf(keys, id)
    return {
      plan: `This ends the key "${name}".`,
      async act() {
        await keys.revoke(id)
        return `The key "${name}" has ended.`
      },
    }
  })
