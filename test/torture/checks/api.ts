import type { OrderView } from '../../../src/contract/order.js'
import type { Account } from '../load/account.js'
import { placeWithKey } from '../load/orders.js'
import { type Shop, sendUntilSettled } from '../load/shop.js'
import type { Random } from '../random.js'
import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

const ORDERS = 20
const PRODUCTS = 10
const KEYS = 10
const PAGE = 1_000

/** Compares the responses of every process with the content of the database. */
export async function checkAnswers(
  shop: Shop,
  admin: Account,
  state: State,
  random: Random,
): Promise<Finding[]> {
  const findings = await Promise.all(
    shop.urls.map(async (url, i) => {
      const draws = random.fork(`answers of ${i}`)
      const read = async (path: string) => {
        const answer = await sendUntilSettled(
          shop,
          path,
          (timeoutMs) => admin.send({ method: 'GET', path }, { url, timeoutMs }),
          draws,
        )
        if (answer.status === 200) return JSON.parse(answer.text)
        return { problem: `${answer.status} ${answer.text}` }
      }
      const wrong: string[] = []
      const ordered = state.products.filter(({ sku }) => sku === null)
      const imported = state.products.filter(({ sku }) => sku !== null)
      const sample = imported.length === 0 ? [] : Array.from({ length: PRODUCTS }, () => draws.pick(imported))
      for (const { id, stock } of [...ordered, ...sample]) {
        const view = (await read(`/products/${id}`)) as { stock: number }
        if (view.stock !== stock) wrong.push(`product ${id}: ${JSON.stringify(view)}`)
      }
      for (let n = 0; n < ORDERS && state.orders.length > 0; n++) {
        const { id, status } = draws.pick(state.orders)
        const view = (await read(`/orders/${id}`)) as OrderView
        if (view.status !== status) wrong.push(`order ${id}: ${JSON.stringify(view)}`)
      }
      const after = draws.integer(0, Math.max(0, state.events.length - 1))
      const page = (await read(`/events?after=${after}&limit=${PAGE}`)) as { items?: { offset: number }[] }
      const expected = state.events.slice(after, after + PAGE).map(({ offset }) => offset)
      const offsets = page.items?.map(({ offset }) => offset).slice(0, expected.length)
      if (JSON.stringify(offsets) !== JSON.stringify(expected)) wrong.push(`events after ${after}`)
      return findingOf('answer', `responses of process ${i} differ from the database`, wrong)
    }),
  )
  return findings.flat()
}

/** Repeats orders with used keys, which must return the original orders. Reports violations to the journal. */
export async function repeatKeys(shop: Shop, accounts: readonly Account[], random: Random): Promise<void> {
  const owners = new Map(accounts.map((account) => [account.userId, account]))
  const used = [...shop.journal.keys.values()].filter(({ ids }) => ids.size > 0)
  for (let n = 0; n < KEYS && used.length > 0; n++) {
    const use = random.pick(used)
    const owner = owners.get(use.userId)
    if (!owner) continue
    const { key, ids: _ids, inDoubt: _inDoubt, ...request } = use
    const id = await placeWithKey(shop, owner, request, key, random)
    if (id === undefined) shop.journal.report('lost', `key ${use.key} has an order but was refused`)
  }
}

/** Repeats changes with used keys, which must get the first answers. Reports violations to the journal. */
export async function repeatAnswers(shop: Shop, accounts: readonly Account[], random: Random): Promise<void> {
  const { answers, report } = {
    answers: shop.journal.answers,
    report: shop.journal.report.bind(shop.journal),
  }
  for (let n = 0; n < KEYS && answers.length > 0; n++) {
    const { userId, call, text } = random.pick(answers)
    const owner = accounts.find((account) => account.userId === userId)
    if (!owner) continue
    const answer = await sendUntilSettled(
      shop,
      `${call.path} again`,
      (timeoutMs) => owner.send(call, { timeoutMs }),
      random,
    )
    if (answer.text !== text || answer.headers['idempotent-replayed'] !== 'true')
      report(
        'doubled',
        `${call.path} with key ${call.headers['idempotency-key']}: ${answer.status} ${answer.text}`,
      )
  }
}
