import type { Random } from '../random.js'
import type { Account } from './account.js'
import { type Shop, sendUntilSettled } from './shop.js'

const MOST_LINES = 300

/** Imports new products, file by file. A file without an answer is sent again, as its SKUs permit. */
export class Importer {
  readonly #shop: Shop
  readonly #account: Account
  readonly #random: Random
  #files = 0

  constructor(shop: Shop, account: Account, random: Random) {
    this.#shop = shop
    this.#account = account
    this.#random = random
  }

  async act(): Promise<void> {
    const { journal } = this.#shop
    const file = this.#files++
    const count = this.#random.integer(50, MOST_LINES)
    const skus = Array.from({ length: count }, (_, i) => `F${file}-${i}`)
    const known = { skus, stock: this.#random.integer(1, 9), acknowledged: false }
    journal.imports.push(known)
    const lines = skus.map((sku) => `${sku},Lamp ${sku},24.50,${known.stock}`)
    const body = `sku,name,price,stock\n${lines.join('\n')}\n`
    const { status, text } = await sendUntilSettled(
      this.#shop,
      `import ${file}`,
      (timeoutMs) => this.#account.send({ method: 'POST', path: '/products/import', body }, { timeoutMs }),
      this.#random,
    )
    if (status !== 200) return journal.report('answer', `an import returned ${status}: ${text}`)
    const { created, updated, unchanged, failed } = JSON.parse(text)
    if (created + unchanged !== count || updated > 0 || failed > 0)
      journal.report('answer', `an import of ${count} new products returned ${text}`)
    known.acknowledged = true
  }
}
