import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../load/account.js'
import type { Load } from '../load/load.js'
import type { Shop } from '../load/shop.js'
import type { Random } from '../random.js'
import { checkAnswers, repeatKeys } from './api.js'
import { checkAdjustments, checkBooks } from './books.js'
import type { Finding } from './finding.js'
import { checkListener, isCaughtUp, type ListenerRecord } from './listeners.js'
import { checkLog } from './log.js'
import { checkOrders } from './orders.js'
import { readState, type State } from './state.js'

const LISTENERS_MS = 600_000

export interface VerifyOptions {
  shop: Shop
  load: Load
  admin: Account
  /** Connects to the database directly, not through a proxy. */
  databaseUrl: string
  epoch: string
  mayReceiveUnsynced: boolean
  random: Random
}

const listenerRecords = (load: Load, mayReceiveUnsynced = false): ListenerRecord[] =>
  load.listeners.map(({ name, namespace, account, received, resets }) => {
    return { name, namespace, userId: account?.userId, received, resets, mayReceiveUnsynced }
  })

/** Waits until every listener has received its last event, up to a deadline. */
async function waitForListeners(load: Load, { events }: State): Promise<void> {
  const deadline = performance.now() + LISTENERS_MS
  const all = () => listenerRecords(load).every((listener) => isCaughtUp(listener, events))
  while (!all() && performance.now() < deadline) await sleep(20)
}

/** Runs all checks while the load is paused. @returns their findings, and those reported by clients */
export async function verify({
  shop,
  load,
  admin,
  databaseUrl,
  epoch,
  mayReceiveUnsynced,
  random,
}: VerifyOptions): Promise<Finding[]> {
  const { journal } = shop
  await repeatKeys(shop, load.accounts, random)
  for (const account of load.accounts) await account.renew()
  for (;;) {
    const state = await readState(databaseUrl)
    await waitForListeners(load, state)
    const answers = await checkAnswers(shop, admin, state, random)
    const { lastOffset } = await readState(databaseUrl)
    // A request sent during the fault may complete this late.
    if (lastOffset !== state.lastOffset) continue
    return [
      ...journal.findings,
      ...checkOrders(state, journal),
      ...checkAdjustments(state, journal),
      ...checkBooks(state),
      ...checkLog(state, epoch),
      ...listenerRecords(load, mayReceiveUnsynced).flatMap((listener) =>
        checkListener(listener, state.events),
      ),
      ...answers,
    ]
  }
}
