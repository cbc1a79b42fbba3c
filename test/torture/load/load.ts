import { setTimeout as sleep } from 'node:timers/promises'
import type { Position } from '../../../src/client/index.js'
import type { StreamView } from '../../../src/contract/event-stream.js'
import { visit } from '../../helpers/hostile-clients.js'
import type { Random } from '../random.js'
import { ADMIN } from '../servers/node.js'
import { Account } from './account.js'
import { Customer } from './customer.js'
import { Hastener } from './hastener.js'
import { Importer } from './importer.js'
import { Listener } from './listener.js'
import { RawListener } from './raw-listener.js'
import { Receiver, type ReceiverOptions } from './receiver.js'
import type { Shop } from './shop.js'
import { Staff } from './staff.js'
import { StreamListener } from './stream-listener.js'

const CUSTOMERS = 8
const STAFF = 4
const VISITORS = 2
const REFRESHERS = 3

/** Repeats `act`, with a random pause in between. */
interface Actor {
  act(): Promise<void>
  pauseMs: [min: number, max: number]
  random: Random
}

/** All concurrent users of a shop, each with its own random fork. */
export class Load {
  readonly accounts: Account[] = []
  readonly listeners: (Listener | RawListener | StreamListener)[] = []
  /** The receivers of webhooks. */
  readonly receivers: Receiver[] = []
  readonly #shop: Shop
  readonly #random: Random
  readonly #actors: Actor[] = []
  #running = false
  #loops: Promise<void>[] = []

  constructor(shop: Shop, random: Random) {
    this.#shop = shop
    this.#random = random
  }

  /** @param first the start of the event log */
  async prepare(first: Position): Promise<void> {
    const shop = this.#shop
    const customers = await Promise.all(
      Array.from({ length: CUSTOMERS + REFRESHERS }, (_, i) => this.register(`customer-${i}`)),
    )
    const admins = await Promise.all(
      Array.from({ length: STAFF + 1 }, (_, i) => this.signInAdmin(`admin-${i}`)),
    )
    customers.slice(0, CUSTOMERS).forEach((account, i) => {
      const random = this.#random.fork(`orders of ${i}`)
      const customer = new Customer(shop, account, { withKeys: i % 3 > 0, random })
      this.#add(random, [5, 60], () => customer.act())
    })
    for (const account of customers.slice(CUSTOMERS))
      this.#add(this.#random.fork(`refreshes of ${account.userId}`), [50, 500], () => account.renew())
    admins.slice(0, STAFF).forEach((account, i) => {
      const random = this.#random.fork(`staff ${i}`)
      const staff = new Staff(shop, account, { name: `staff-${i}`, random })
      this.#add(random, [20, 120], () => staff.act())
    })
    const importing = this.#random.fork('imports')
    const importer = new Importer(shop, admins[0] as Account, importing)
    this.#add(importing, [100, 600], () => importer.act())
    for (let i = 0; i < VISITORS; i++) {
      const random = this.#random.fork(`visitor ${i}`)
      const connect = () => visit(Number(new URL(random.pick(shop.urls)).port), () => random.between(0, 1))
      this.#add(random, [20, 100], connect)
    }
    const admin = admins.at(-1) as Account
    this.#listen(first, customers, admin)
    this.#stream(first.epoch, customers, admin)
    await this.#receive(admin)
  }

  /** Lets orders expire by changing their expiry in the database. @param isOpen whether a process has it open */
  hastenExpiry(databaseUrl: string, isOpen: () => boolean): void {
    const random = this.#random.fork('expiry')
    const hastener = new Hastener(this.#shop, { databaseUrl, random, isOpen })
    this.#add(random, [50, 200], () => hastener.act())
  }

  #listen(from: Position, customers: Account[], admin: Account): void {
    const { urls, journal } = this.#shop
    const onFailure = (error: unknown) => journal.report('gap', `a listener failed: ${error}`)
    const add = (
      options: Pick<Listener, 'name' | 'namespace'> & { account?: Account; reconnects?: boolean },
    ) => {
      const random = this.#random.fork(`listener ${options.name}`)
      const listener = new Listener({ reconnects: false, urls, from, random, onFailure, ...options })
      this.listeners.push(listener)
      if (options.reconnects) this.#add(random, [0, 0], () => listener.act())
    }
    const [first, second] = customers as [Account, Account]
    for (const [i, url] of urls.entries())
      this.listeners.push(
        new RawListener({ name: `admin at process ${i}`, account: admin, url, epoch: from.epoch }),
      )
    add({ name: 'admin', namespace: '/admin', account: admin })
    add({ name: 'reconnecting admin', namespace: '/admin', account: admin, reconnects: true })
    add({ name: 'customer 0', namespace: '/', account: first })
    add({ name: 'reconnecting customer 1', namespace: '/', account: second, reconnects: true })
    add({ name: 'visitor', namespace: '/inventory' })
  }

  /** Adds listeners of server-sent events. All but the first break off again and again. */
  #stream(epoch: string, [, , customer]: Account[], admin: Account): void {
    const { urls } = this.#shop
    const add = (view: StreamView, name: string, account?: Account) => {
      const random = this.#random.fork(name)
      const listener = new StreamListener({ name, view, urls, epoch, random, ...(account && { account }) })
      this.listeners.push(listener)
      return { listener, random }
    }
    add('admin', 'streaming admin', admin)
    for (const { listener, random } of [
      add('admin', 'breaking admin', admin),
      add('mine', 'breaking customer 2', customer),
      add('inventory', 'breaking visitor'),
    ])
      this.#add(random, [0, 0], () => listener.act())
  }

  /** Adds webhooks: of all events, of those of orders, and one whose receiver cuts connections. */
  async #receive(admin: Account): Promise<void> {
    const add = async (name: string, options: Pick<ReceiverOptions, 'cuts' | 'types'>) => {
      const receiver = new Receiver({ name, random: this.#random.fork(name), ...options })
      this.receivers.push(receiver)
      await receiver.open(admin)
    }
    await add('webhook', { cuts: 0 })
    await add('webhook of orders', { cuts: 0, types: ['order:created', 'order:updated'] })
    await add('webhook that cuts', { cuts: 0.01 })
  }

  /** Registers a customer and adds them to `accounts`. */
  async register(name: string): Promise<Account> {
    const credentials = { email: `${name}@shop.test`, password: 'analytical engine' }
    const account = await new Account(this.#shop, credentials, this.#random.fork(name)).register(name)
    this.accounts.push(account)
    return account
  }

  async signInAdmin(name: string): Promise<Account> {
    const account = await new Account(this.#shop, ADMIN, this.#random.fork(name)).signIn()
    this.accounts.push(account)
    return account
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    for (const listener of this.listeners) listener.open()
    this.#loops = this.#actors.map((actor) => this.#loop(actor))
  }

  /** Lets every actor finish its current action. Listeners stay connected. */
  async pause(): Promise<void> {
    this.#running = false
    await Promise.all(this.#loops)
  }

  /** Stops everything immediately, aborting open requests. */
  async stop(): Promise<void> {
    this.#shop.closing.abort(new Error('the load was stopped'))
    this.#shop.http.close()
    await this.pause()
    await Promise.all(this.listeners.map((listener) => listener.close()))
    for (const receiver of this.receivers) receiver.close()
  }

  #add(random: Random, pauseMs: Actor['pauseMs'], act: () => Promise<void>): void {
    this.#actors.push({ act, pauseMs, random })
  }

  async #loop({ act, pauseMs, random }: Actor): Promise<void> {
    while (this.#running) {
      try {
        await act()
      } catch (error) {
        if (this.#shop.closing.signal.aborted) return
        this.#shop.journal.report('recovery', error instanceof Error ? error.message : String(error))
        return
      }
      await sleep(random.between(...pauseMs))
    }
  }
}
