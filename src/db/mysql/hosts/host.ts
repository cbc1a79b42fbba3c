import { type Connection, type ConnectionConfig, createConnection } from 'mariadb'
import { TooSlow, within } from '../../../within.js'
import { DatabaseUnusable } from '../../errors.js'
import { messageOf } from '../refusals.js'
import { type Status, statusOf } from './status.js'

/** The status of a server at one look. */
export interface Sighting extends Status {
  /** The error, if it could not be asked. */
  error?: unknown
}

/** A candidate for the primary, with a connection of its own to ask it. */
export class Host {
  readonly settings: ConnectionConfig
  readonly name: string
  #connection: Connection | undefined
  #asking: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(settings: ConnectionConfig) {
    this.settings = settings
    this.name = `${settings.host}:${settings.port}`
  }

  /** Asks the server for its status. @param ms how long it may take, in milliseconds */
  async look(ms: number): Promise<Sighting> {
    const asking = this.#ask()
    this.#asking = asking
    try {
      return await within(ms, asking)
    } catch (error) {
      this.#drop()
      const refuses =
        error instanceof DatabaseUnusable ? error.message : `it does not answer: ${messageOf(error)}`
      const absent = { isMember: false, isReadOnly: false, refuses }
      return error instanceof TooSlow ? absent : { ...absent, error }
    }
  }

  async #ask(): Promise<Status> {
    if (!this.#connection?.isValid()) {
      const connection = await createConnection(this.settings)
      // An unhandled `error` event would end the process; the next look finds the connection invalid.
      connection.on('error', () => undefined)
      // A later look may have connected meanwhile.
      if (this.#closed || this.#connection?.isValid()) {
        connection.destroy()
        throw new Error('it answered too late')
      }
      this.#connection = connection
    }
    return statusOf(this.#connection)
  }

  /** With a statement under way, the driver's `destroy` (3.4.5) sends a KILL whose failure is not caught. */
  #drop(): void {
    const connection = this.#connection
    this.#connection = undefined
    const destroy = () => connection?.destroy()
    this.#asking.then(destroy, destroy)
  }

  close(): void {
    this.#closed = true
    this.#drop()
  }
}
