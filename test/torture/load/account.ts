import type { Random } from '../random.js'
import type { Answer, Call } from './http.js'
import { drawTimeout, type Shop, sendUntilSettled } from './shop.js'

export interface Credentials {
  email: string
  password: string
}

/** A refresh token returns the same successor for this long after its exchange: docs/accounts.md. */
const OVERLAP_MS = 10_000
/** Longer than any process, even a halted one, keeps working on a request after its client has left. */
const UNCERTAIN_MS = 40_000

/** More often than a clock jumps during one request. */
const MAX_JUMPS = 4

/** A session may be refreshed 10,000 times. */
const MAX_EXCHANGES = 5_000

interface SignedIn {
  user: { id: string }
  accessToken: string
  refreshToken: string
}

export interface SendOptions {
  /** A specific process. */
  url?: string
  timeoutMs?: number
}

/** A signed-in user. Keeps the session alive, and switches to another process if one does not respond. */
export class Account {
  readonly #shop: Shop
  readonly #credentials: Credentials
  readonly #random: Random
  #url: string
  #signedIn: SignedIn | undefined
  #renewing: Promise<void> | undefined
  #exchanges = 0
  /** When an exchange last got no response. It may still complete, and a repeat may then look like token theft. */
  #uncertainSince: number | undefined

  constructor(shop: Shop, credentials: Credentials, random: Random) {
    this.#shop = shop
    this.#credentials = credentials
    this.#random = random
    this.#url = random.pick(shop.urls)
  }

  get userId(): string {
    return this.#session.user.id
  }

  get accessToken(): string {
    return this.#session.accessToken
  }

  get #session(): SignedIn {
    if (!this.#signedIn) throw new Error(`${this.#credentials.email} is not signed in`)
    return this.#signedIn
  }

  /** Registers a customer and signs in. */
  async register(name: string): Promise<this> {
    await this.#ask('/auth/register', { name, ...this.#credentials })
    return this.signIn()
  }

  async signIn(): Promise<this> {
    const { status, text } = await this.#ask('/auth/login', { ...this.#credentials, tokens: 'body' })
    if (status !== 200) throw new Error(`${this.#credentials.email} cannot sign in: ${status} ${text}`)
    this.#signedIn = JSON.parse(text)
    this.#uncertainSince = undefined
    return this
  }

  /**
   * Exchanges the refresh token, retrying until it gets the successor; concurrent calls share one exchange. An acknowledged
   * session must stay valid; if the response came too late the session may have ended, and the account signs in again.
   */
  renew(): Promise<void> {
    this.#renewing ??= this.#exchange().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  /** Sends `call` with the access token, renewing it on expiry. With moving clocks, a new token may expire at once. */
  async send(call: Omit<Call, 'token' | 'timeoutMs'>, sending: SendOptions = {}): Promise<Answer> {
    for (let renewals = this.#shop.clocksMove ? MAX_JUMPS : 1; ; renewals--) {
      const token = this.accessToken
      const answer = await this.#sendOnce({ ...call, token }, sending)
      if (answer.status !== 401 || renewals === 0) return answer
      if (this.accessToken === token) await this.renew()
    }
  }

  async #exchange(): Promise<void> {
    const { refreshToken } = this.#session
    const started = performance.now()
    const uncertainSince = this.#uncertainSince
    let tries = 1
    const { status, text } = await this.#ask('/auth/refresh', { refreshToken }, () => {
      tries++
      this.#uncertainSince = performance.now()
    })
    if (status === 200) {
      this.#signedIn = JSON.parse(text)
      if (uncertainSince !== undefined && started - uncertainSince > UNCERTAIN_MS)
        this.#uncertainSince = undefined
      if (++this.#exchanges % MAX_EXCHANGES === 0) await this.signIn()
      return
    }
    const inTime = tries === 1 || (performance.now() - started < OVERLAP_MS && !this.#shop.clocksMove)
    if (inTime && uncertainSince === undefined)
      this.#shop.journal.report('lost', `session of ${this.#credentials.email}: ${status} ${text}`)
    else this.#shop.journal.sessionsGivenUp++
    await this.signIn()
  }

  #ask(path: string, body: object, onInconclusive?: () => void): Promise<Answer> {
    return sendUntilSettled(
      this.#shop,
      `POST ${path}`,
      (timeoutMs) => this.#sendOnce({ method: 'POST', path, body }, { timeoutMs }),
      this.#random,
      onInconclusive,
    )
  }

  async #sendOnce(
    call: Omit<Call, 'timeoutMs'>,
    { url = this.#url, timeoutMs = drawTimeout(this.#random) }: SendOptions,
  ): Promise<Answer> {
    const { http, journal, urls } = this.#shop
    const answer = await http.send(url, { ...call, timeoutMs })
    const { status, text } = answer
    journal.count(status)
    if (status >= 500 && status !== 503)
      journal.report('answer', `${call.method} ${call.path} returned ${status}: ${text}`)
    if (status === 0 || status >= 500) this.#url = this.#random.pick(urls)
    return answer
  }
}
