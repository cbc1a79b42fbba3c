import assert from 'node:assert/strict'
import type { AnyEvent } from '../../../src/contract/events.js'
import { Keys } from './keys.js'
import { perform } from './perform.js'
import type { Done } from './shop.js'
import { Change, cents, isLike, State } from './state.js'

const shown = (value: unknown) =>
  JSON.stringify(value, (_, one) => (typeof one === 'function' ? '…' : one), 1)

/** Groups consecutive events of one request. Events without a request are grouped too. */
function runsOf(events: AnyEvent[]): AnyEvent[][] {
  const runs: AnyEvent[][] = []
  for (const event of events) {
    const last = runs.at(-1)
    if (last && last[0]?.requestId === event.requestId) last.push(event)
    else runs.push([event])
  }
  return runs
}

/** Whether the response of `done` is right in `state` without a change. */
function isAnsweredWithoutChange(done: Done, state: State): boolean {
  const { status, body, change } = perform(done, state)
  return change === undefined && status === done.status && isLike(done.body, body)
}

/**
 * A reference model of the shop: it replays the log serially on numbers in memory. The events of each request must be those
 * that its response entails in the state of that moment, and every response without events must be right in some state
 * within its round.
 */
export class Model {
  readonly #keys = new Keys()
  #state: State
  /** All states of the round. */
  #moments: State[] = []
  /** Responses of the round without an explaining event yet. */
  #open: Done[] = []

  constructor(products: { id: string; name: string; price: number; stock: number }[], threshold: number) {
    this.#state = new State(threshold)
    for (const { id, name, price, stock } of products)
      this.#state.products.set(id, { name, price: cents(price), stock, live: true })
  }

  get state(): State {
    return this.#state
  }

  /**
   * Replays a round.
   * @param due ids of orders whose time passed in the round
   * @throws AssertionError on any inconsistency
   */
  follow(round: Done[], due: string[], events: AnyEvent[]): void {
    for (const id of due) {
      const order = this.#state.orders.get(id)
      if (order) this.#state.orders.set(id, { ...order, due: true })
    }
    this.#moments = [this.#state]
    this.#open = this.#keys.check(round)
    for (const run of runsOf(events)) {
      if (run[0]?.requestId === undefined) this.#expire(run)
      else this.#explain(run)
    }
    for (const done of this.#open)
      assert.ok(
        this.#moments.some((state) => isAnsweredWithoutChange(done, state)),
        `no moment of the round explains ${shown(done)}\nlast state: ${shown(perform(done, this.#state))}`,
      )
    const left = [...this.#state.orders.values()].filter(
      ({ view, due }) => due && view.status === 'pending' && view.expiresAt !== null,
    )
    assert.deepEqual(left, [], 'orders whose time has passed are cancelled')
  }

  #enter({ state }: Change): void {
    assert.ok(
      [...state.products.values()].every(({ stock }) => stock >= 0),
      'no stock is below zero',
    )
    this.#state = state
    this.#moments.push(state)
  }

  /**
   * Finds the response to which the events of a request belong. A cancellation that came second is answered like the first,
   * so a response that needs the change goes before one that does not.
   */
  #explain(run: AnyEvent[]): void {
    const actorId = run[0]?.actor?.id
    const told = run.map(({ type, data }) => ({ type, data }))
    const candidates = this.#open.filter(({ userId }) => userId === actorId)
    const matches = candidates.flatMap((done) => {
      const { status, body, change } = perform(done, this.#state)
      const isMatch =
        change && status === done.status && isLike(done.body, body) && isLike(told, change.events)
      return isMatch ? [{ done, change }] : []
    })
    const match =
      matches.find(({ done, change }) => !isAnsweredWithoutChange(done, change.state)) ?? matches[0]
    if (!match) assert.fail(`no response explains ${shown(run)}\nopen: ${shown(candidates)}`)
    this.#open.splice(this.#open.indexOf(match.done), 1)
    this.#enter(match.change)
  }

  /** Follows orders cancelled by themselves: checkouts whole, and none early. */
  #expire(run: AnyEvent[]): void {
    const change = new Change(this.#state)
    const checkouts = new Set<string>()
    for (const event of run) {
      assert.deepEqual(event.actor, { type: 'system', id: null })
      if (event.type !== 'order:updated') continue
      const order = change.state.orders.get(event.data.id)
      assert.ok(
        order?.due && order.view.status === 'pending' && order.view.expiresAt,
        `early: ${shown(event)}`,
      )
      change.changeOrder(order, { status: 'cancelled', updatedAt: event.data.updatedAt }, 'expired')
      if (order.view.checkoutId !== null) checkouts.add(order.view.checkoutId)
    }
    assert.ok(
      isLike(
        run.map(({ type, data }) => ({ type, data })),
        change.events,
      ),
      `expired: ${shown(run)}\nexpected: ${shown(change.events)}`,
    )
    for (const id of checkouts)
      for (const { view } of change.state.ordersOf(id))
        assert.ok(
          view.status !== 'pending' || view.expiresAt === null,
          `half a checkout expired: ${shown(view)}`,
        )
    this.#enter(change)
  }
}
