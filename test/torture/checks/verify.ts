import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../load/account.js'
import type { Load } from '../load/load.js'
import type { Shop } from '../load/shop.js'
import type { Random } from '../random.js'
import { checkAnswers, repeatAnswers, repeatKeys } from './api.js'
import { checkAdjustments, checkBooks } from './books.js'
import { checkCheckouts } from './checkouts.js'
import type { Finding } from './finding.js'
import { checkImports } from './imports.js'
import { checkLedger, checkReturns } from './ledger.js'
import { checkListener, isCaughtUp, type ListenerRecord } from './listeners.js'
import { checkLog } from './log.js'
import { checkOrders } from './orders.js'
import { readState, type State } from './state.js'
import { checkWebhook, checkWebhookRows, hasDelivered, type WebhookRecord } from './webhooks.js'

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

const webhookRecords = (load: Load, mayReceiveUnsynced = false): WebhookRecord[] =>
  load.receivers.map(({ name, types, received }) => ({ name, types, received, mayReceiveUnsynced }))

/** Waits until every listener and webhook has received its last event, up to a deadline. */
async function waitForListeners(load: Load, { events }: State): Promise<void> {
  const deadline = performance.now() + LISTENERS_MS
  const all = () =>
    listenerRecords(load).every((listener) => isCaughtUp(listener, events)) &&
    webhookRecords(load).every((webhook) => hasDelivered(webhook, events))
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
  await repeatAnswers(shop, load.accounts, random)
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
      ...checkLedger(state),
      ...checkReturns(state),
      ...checkCheckouts(state, journal),
      ...checkImports(state, journal),
      ...checkLog(state, epoch),
      ...listenerRecords(load, mayReceiveUnsynced).flatMap((listener) =>
        checkListener(listener, state.events),
      ),
      ...webhookRecords(load, mayReceiveUnsynced).flatMap((webhook) => checkWebhook(webhook, state)),
      ...checkWebhookRows(state),
      ...answers,
    ]
  }
}
