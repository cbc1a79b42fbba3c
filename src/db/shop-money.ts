import { createMoney, decimalsOf, type Money } from '../money.js'
import type { Db } from './db.js'
import { isUniqueViolation } from './driver-error.js'

const SHOP = { where: { id: 1 } } as const
const DEFAULT_CURRENCY = 'USD'
/** Prices of an earlier version have two decimals in any currency. */
const EARLIER_DECIMALS = 2

/** The settings name another currency than the database's prices are in. */
export class CurrencyMismatch extends Error {
  override name = 'CurrencyMismatch'
  constructor(kept: string, wanted: string) {
    super(
      `the prices in this database are in ${kept}, but CURRENCY is ${wanted}: set CURRENCY=${kept}. ` +
        'A shop with products keeps its currency.',
    )
  }
}

type Opened = Pick<Db, 'read' | 'write'>

/** Returns the currency of the database at hand; US dollars for a shop without one yet. */
export async function readMoney({ read }: Pick<Db, 'read'>): Promise<Money> {
  const shop = await read.shop.findUnique(SHOP)
  return shop ? createMoney(shop.currency, shop.decimals) : createMoney(DEFAULT_CURRENCY)
}

/**
 * Fixes the currency of the database at the first start. It may change as long as there are no products.
 * @throws CurrencyMismatch
 */
export async function settleMoney(db: Opened, currency: string): Promise<Money> {
  const shop = await db.read.shop.findUnique(SHOP)
  if (shop?.currency === currency) return createMoney(currency, shop.decimals)
  return claim(db, currency).catch((error) => {
    // Another process has made the row meanwhile.
    if (isUniqueViolation(error)) return claim(db, currency)
    throw error
  })
}

const claim = (db: Opened, currency: string): Promise<Money> =>
  db.write(async (tx) => {
    const shop = await tx.shop.findUnique(SHOP)
    if (shop?.currency === currency) return createMoney(currency, shop.decimals)
    const first = await tx.product.findFirst({
      where: { id: { gt: '' } }, // a range of the primary key, and no scan
      orderBy: { id: 'asc' },
      select: { id: true },
    })
    const isEmpty = first === null
    if (shop && !isEmpty) throw new CurrencyMismatch(shop.currency, currency)
    const decimals = isEmpty ? decimalsOf(currency) : EARLIER_DECIMALS
    await tx.shop.upsert({ ...SHOP, create: { id: 1, currency, decimals }, update: { currency, decimals } })
    return createMoney(currency, decimals)
  })
