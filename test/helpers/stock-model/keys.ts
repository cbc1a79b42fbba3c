import assert from 'node:assert/strict'
import type { Done } from './shop.js'

const isPlacing = ({ action: { kind } }: Done) => kind === 'order' || kind === 'checkout'

const isMade = ({ status, replayed }: Done) => status < 300 && !replayed

/** The idempotency keys of a shop, and the responses to the changes made under them. */
export class Keys {
  readonly #made = new Map<string, Done>()

  /**
   * Checks the responses of a round to requests with keys: each key makes one change, and every later request with it gets
   * the same answer, or 422 if it is another request. A repeated order or checkout is shown as it is then.
   * @returns the requests explained by the state of the shop
   */
  check(round: Done[]): Done[] {
    const before = new Map(this.#made)
    for (const done of round) if (done.keyed && isMade(done)) this.#add(done.keyed.key, done)
    return round.filter((done) => {
      if (!done.keyed) {
        assert.ok(!done.replayed, `a replay without a key: ${JSON.stringify(done)}`)
        return true
      }
      const { key, fingerprint } = done.keyed
      const made = this.#made.get(key)
      const isSame = made?.keyed?.fingerprint === fingerprint
      if (done.replayed) {
        assert.ok(made && isSame, `a replay of nothing: ${JSON.stringify(done)}`)
        if (isPlacing(done)) {
          assert.deepEqual([done.status, done.body.id], [made.status, made.body.id], 'what the first placed')
          return true
        }
        assert.deepEqual([done.status, done.body], [made.status, made.body], 'the first answer')
        return false
      }
      if (done.status === 422) {
        assert.ok(made && !isSame, `the key was not used for another request: ${JSON.stringify(done)}`)
        return false
      }
      // Concurrent requests may be refused before the change is made.
      assert.ok(!before.has(key), `the key was used before the round: ${JSON.stringify(done)}`)
      return true
    })
  }

  #add(key: string, done: Done): void {
    const earlier = this.#made.get(key)
    assert.equal(earlier, undefined, `two changes under ${key}: ${JSON.stringify([earlier, done])}`)
    this.#made.set(key, done)
  }
}
