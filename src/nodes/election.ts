import type { RedisLink } from '../redis/link.js'

/** How long a node is elected without renewing it. */
export const LEASE_MS = 3_000
const RENEW_MS = 1_000

/** A key with a longer life, or without an end, is no lease, and is replaced. */
const MAX_LEASE_MS = 60_000

/**
 * Sets or renews the lease unless another node has it. Returns the value of whoever has it then. A key of another type, for
 * which GET fails, is replaced.
 */
const CLAIM = `local held = redis.pcall('GET', KEYS[1])
if type(held) == 'string' and held ~= ARGV[1] then
  local left = redis.call('PTTL', KEYS[1])
  if left >= 0 and left <= tonumber(ARGV[3]) then return held end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]`

const RESIGN = `if redis.pcall('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/** `self`, the inbox of another node, or undefined if nobody is known to be elected who does as this node would. */
export type Elected = 'self' | { inbox: string } | undefined

export interface ElectionOptions {
  redis: Pick<RedisLink, 'prefix' | 'ask'>
  /** The inbox of this node; undefined while it can receive nothing. */
  inbox(): string | undefined
  /** What nodes must agree on, as a hash: a node with other terms is not asked. */
  terms: string
  /** Whether this node may be elected now. */
  isFit(): boolean
  /** Called after each look, with who is elected. */
  onLook(elected: Elected): void
}

/**
 * Elects one node through a lease in Redis. The lease decides who is asked, and nothing depends on its being held by one node
 * alone: two that hold it for a moment are as safe as nodes without an election.
 */
export class Election {
  readonly #options: ElectionOptions
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  /** The value under which this node is elected. */
  #own: string | undefined
  #ended = false

  constructor(options: ElectionOptions) {
    this.#options = options
  }

  /** Whether this node was elected at the last look. */
  get isElected(): boolean {
    return this.#own !== undefined
  }

  /** Takes part from now on. Resolves after the first look. */
  start(): Promise<void> {
    this.#timer = setInterval(() => this.look(), RENEW_MS).unref()
    return this.look()
  }

  /** Claims or renews the lease, or sees who has it. Never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      if (this.#ended) return
      const elected = await this.#claim()
      // It may have resigned meanwhile, and then sends nothing to another node.
      if (!this.#ended) this.#options.onLook(elected)
    })
    return this.#looking
  }

  /** Takes no further part; another node may be elected at once. */
  async resign(): Promise<void> {
    this.#ended = true
    clearInterval(this.#timer)
    await this.#looking
    await this.#giveUp()
  }

  get #key(): string {
    return `${this.#options.redis.prefix}committer`
  }

  async #claim(): Promise<Elected> {
    const { redis, inbox, terms, isFit } = this.#options
    const own = inbox()
    if (!isFit()) {
      await this.#giveUp()
      return undefined
    }
    if (own === undefined) {
      this.#own = undefined
      return undefined
    }
    const value = `${own} ${terms}`
    const held = await redis.ask<unknown>(
      (client) => client.eval(CLAIM, 1, this.#key, value, LEASE_MS, MAX_LEASE_MS),
      () => undefined,
    )
    this.#own = held === value ? value : undefined
    if (this.#own !== undefined) return 'self'
    const [holder, theirs] = String(held).split(' ')
    return holder !== undefined && theirs === terms ? { inbox: holder } : undefined
  }

  async #giveUp(): Promise<void> {
    const own = this.#own
    this.#own = undefined
    if (own === undefined) return
    await this.#options.redis.ask<unknown>(
      (client) => client.eval(RESIGN, 1, this.#key, own),
      () => undefined,
    )
  }
}
