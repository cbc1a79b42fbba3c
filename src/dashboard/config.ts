import { signal } from '@preact/signals'
import { isTransient } from './api/failures'
import { request } from './api/request'
import { withRetry } from './api/retry'
import { currency, decimals } from './formats'
import { shopName } from './shop'

interface ShopConfig {
  shop: string
  currency: string
  decimals: number
  version: string
}

/** Whether the currency of amounts is known: none is shown before. */
export const configured = signal(false)
/** Whether the server has become another version than the one that supplied this page. */
export const outdated = signal(false)

let version: string | undefined

/** Asks the server for the name and the currency of the shop, and whether this page is of its version. */
export async function loadConfig(): Promise<void> {
  // Not from the browser's cache, which would hide a new version.
  const ask = () => request<ShopConfig>('GET', '/config', { headers: { 'cache-control': 'no-cache' } })
  const { body } = await withRetry(ask, isTransient)
  shopName.value = body.shop
  currency.value = body.currency
  decimals.value = body.decimals
  version ??= body.version
  outdated.value = body.version !== version
  configured.value = true
}
