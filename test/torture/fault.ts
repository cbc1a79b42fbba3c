import type { Random } from './random.js'

/**
 * `sqlite`: one process on a file. `mysql`: two processes with their own MariaDB and Redis. `group`: two processes with three
 * MySQL servers that replicate as a group. `galera`: three processes with three MariaDB servers that replicate with Galera,
 * each of which writes to another.
 */
export type DatabaseName = 'sqlite' | 'mysql' | 'group' | 'galera'

/** A process under the control of a fault. Ending it through this interface does not count as a death. */
export interface Process {
  readonly pid: number
  readonly isAlive: boolean
  /** Sends `signal` and waits for the exit. @returns whether the process was alive */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean>
  /** Sends SIGSTOP. @returns whether the process has stopped */
  halt(): Promise<boolean>
  /** Sends SIGCONT. */
  resume(): void
  /** Restarts an ended process with the same settings, and waits until it listens. */
  start(): Promise<void>
  /** From now until its next start, a voluntary exit of the process does not count as a death. */
  allowExit(): void
}

/** A Stockroom process. */
export interface ServerNode extends Process {
  readonly name: string
  readonly url: string
}

/** A database server of a cluster. */
export interface Member extends Process {
  readonly name: string
  readonly port: number
}

/** Database servers replicating to each other. */
export interface Cluster {
  readonly members: readonly Member[]
  /** Waits until a member takes writes, other than `except`. */
  primary(except?: Member): Promise<Member>
  /** Makes another member the primary. */
  promote(member: Member): Promise<void>
  /** Resumes or restarts a member, and waits until it has joined the others again. */
  rejoin(member: Member): Promise<void>
}

/** A COMMIT forwarded to the database server, with the response withheld. */
export interface HeldCommit {
  /** Resolves once the server has responded (the transaction is then committed) or disconnected. */
  answered(): Promise<void>
  /** Delivers the response, and resumes normal forwarding. */
  release(): void
  /** Resets the connection instead of delivering the response. @returns whether it was still open */
  cut(): boolean
}

/** The network between Stockroom and a service, implemented as a proxy. */
export interface Link {
  /** Resets every connection, and refuses new ones until `restore`. */
  fail(): void
  /** Keeps connections open but forwards nothing until `restore`, which delivers everything late. */
  freeze(): void
  /** Ends the outage. @returns how many connections were reset, refused or delayed */
  restore(): number
}

export interface DatabaseLink extends Link {
  /** Withholds the response to the next COMMIT. Resolves once that COMMIT has been forwarded. */
  nextCommit(): Promise<HeldCommit>
  /**
   * Drops every COMMIT from now on, and anything later on the same connection.
   * @returns a function that resets these connections, lets later COMMITs through and returns the number of resets
   */
  dropCommits(): () => number
  /** Resets the connection of the next COMMIT before the server receives it. Resolves after the reset. */
  cutBeforeCommit(): Promise<void>
}

export interface Place {
  readonly database: DatabaseName
  /** The fault's private folder: initially empty, removed at the end. */
  readonly directory: string
}

/** Settings a fault requires before anything starts. */
export interface ServerSettings {
  /**
   * An existing, empty folder for the database files (`stockroom.db`, or MariaDB's data directory). The run creates one by
   * default.
   */
  data?: string
  /** Added to the environment of each Stockroom process, such as LD_PRELOAD. */
  env?: Record<string, string>
  /** Added to the environment of MariaDB. */
  mariadbEnv?: Record<string, string>
}

/** The system under test: the processes, their services and the load. */
export interface World extends Place {
  /** The folder of the database files. */
  readonly data: string
  readonly nodes: readonly ServerNode[]
  /** @throws on `sqlite`, as do the three below */
  readonly mariadb: Process
  readonly redis: Process
  readonly databaseLink: DatabaseLink
  readonly redisLink: Link
  /** The database servers. @throws except on `group` and `galera` */
  readonly cluster: Cluster
  /** The number of orders acknowledged so far. */
  acknowledged(): number
  /** The number of 503 responses so far. */
  refused(): number
  /** Resolves as soon as the next order is acknowledged. */
  nextOrder(): Promise<void>
  /**
   * Resolves once another `count` orders have been acknowledged.
   * @throws after `deadlineMs`, ten minutes by default
   */
  moreOrders(count: number, deadlineMs?: number): Promise<void>
}

/** One kind of failure. It is injected once per round, while the load keeps running. */
export interface Fault {
  /** In kebab-case, for `--only` and the table. */
  readonly name: string
  /** A short lower-case description. docs/guarantees.md has the long one. */
  readonly title: string
  readonly databases: readonly DatabaseName[]
  /** Whether the fault changes process clocks. Tokens may then expire at any time, and clients sign in again. */
  readonly movesClocks?: boolean
  /**
   * Databases on which the fault can lose a commit another process has already read: InnoDB makes a commit visible before
   * syncing it. The commit was not acknowledged, but listeners may have received its events, now missing from the log.
   */
  readonly losesUnsynced?: readonly DatabaseName[]
  /** Databases whose files the test must not write itself: the fault keeps a record of what the program writes. */
  readonly recordsWrites?: readonly DatabaseName[]
  /** The number of Stockroom processes on SQLite; one by default. */
  readonly nodesOnFile?: number
  /** The reason this machine cannot inject the fault, such as a missing program; undefined if it can. */
  available(): Promise<string | undefined>
  /** Runs before anything in the world starts. */
  prepare?(place: Place): Promise<ServerSettings>
  /**
   * Injects the fault and undoes it. The recovery time starts when this returns, and ended Stockroom processes are then
   * restarted. All randomness comes from `random`.
   * @returns the number of hits as observed at the target: 0 if there was none, such as for a process already dead
   */
  inject(world: World, random: Random): Promise<number>
  /** Ends what is left of the fault, once the processes have recovered from it. */
  mend?(world: World): Promise<void>
  /** How long recovery may take until an order is acknowledged, in milliseconds. */
  readonly orderWithinMs?: number
  /** Runs after everything in the world has ended, even if a round failed. */
  release?(place: Place): Promise<void>
}
