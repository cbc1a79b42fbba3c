import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import closeWithGrace, { type Options } from 'close-with-grace'
import pino from 'pino'
import { type App, buildApp } from './app.js'
import { banner, firstAdminNote } from './banner.js'
import { type Config, ConfigError, loadConfig } from './config.js'
import { DatabaseUnusable, MigrationMismatch } from './db/errors.js'
import { withoutPassword } from './db/open.js'
import { createLogDestination } from './log/destination.js'
import { CommitterHub } from './workers/committer-hub.js'
import { CommitterLink } from './workers/committer-link.js'
import { listenForSiblings } from './workers/meeting.js'
import { obeySupervisor, tellStarted } from './workers/obey-supervisor.js'
import { type Role, roleOf, type StartFacts } from './workers/roles.js'
import type { Siblings } from './workers/siblings.js'
import { NotStarted, Supervisor } from './workers/supervisor.js'

// Supervisors usually kill after ten seconds.
const GRACE_MS = 9_000
const QUIETLY: Options = { logger: false, skip: ['SIGTERM'] }
// Clients reconnecting all at once overflow Node's default of 511; the system caps it (net.core.somaxconn).
const BACKLOG = 4_096

/** Returns one actionable line about a failed start. */
function explain(error: unknown, config: Config | undefined): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof ConfigError) return message
  if (error instanceof MigrationMismatch) return `The database cannot be used: ${message}.`
  if (error instanceof DatabaseUnusable)
    return `The database ${withoutPassword(config?.databaseUrl ?? '')} cannot be used: ${message}.`
  if (code === 'EADDRINUSE') return `Port ${config?.port} on ${config?.host} is taken: set PORT to another.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${config?.host}: set HOST.`
  if (code === 'EACCES' && message.startsWith('listen'))
    return `Port ${config?.port} needs more rights: set PORT to another.`
  if (config && (/^E[A-Z]+$/.test(code ?? '') || code?.startsWith('SQLITE')))
    return `The database ${withoutPassword(config.databaseUrl)} cannot be opened: ${message}. Run "stockroom doctor" for the cure.`
  return `Stockroom could not start: ${message}`
}

/**
 * Drains traffic before the listener closes: each response ends its connection, and readiness fails, so clients and load
 * balancers move to other nodes. New connections are still served, so none is reset.
 */
async function drain({ server, connections }: App, { shutdownDelay }: Config): Promise<void> {
  if (!server.listening) return
  connections.startClosing()
  await sleep(shutdownDelay)
}

/**
 * Listens on the configured address.
 * @returns the URL of the server
 * @throws an error of listen, such as a taken port, after printing the admin created by this start: no later start could
 *   show its password
 */
async function listen(app: App, { port, host }: Config): Promise<string> {
  try {
    return await app.listen({ port, host, backlog: BACKLOG })
  } catch (error) {
    // A start that failed earlier has created no admin.
    const firstAdmin = app.hasDecorator('accounts') ? app.accounts.firstAdmin : undefined
    if (firstAdmin) process.stdout.write(firstAdminNote(firstAdmin))
    throw error
  }
}

const createApp = (config: Config, siblings?: Siblings): App =>
  buildApp(
    config,
    {
      level: config.logLevel,
      ...(config.logPretty
        ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } }
        : { stream: createLogDestination({ fd: process.stdout.fd, report: (text) => console.error(text) }) }),
    },
    undefined,
    siblings,
  )

/** Closes `app` after a signal or an uncaught error. @returns closes it without either */
function closeInTime(app: App, config: Config): () => void {
  const { close } = closeWithGrace(
    { ...QUIETLY, delay: GRACE_MS },
    async ({ err, manual, signal = manual && 'SIGTERM' }) => {
      if (err) app.log.fatal({ err }, 'closing after an error that nobody caught')
      else {
        app.log.info({ signal }, 'closing')
        await drain(app, config)
      }
      await app.close()
    },
  )
  closeAtTerm(close)
  return close
}

/**
 * Calls `close` at the first SIGTERM. A second one changes nothing, unlike a second Ctrl-C: managers of services signal every
 * process of a group, and npm passes the signal on besides.
 */
function closeAtTerm(close: () => void): void {
  let isClosing = false
  process.on('SIGTERM', () => {
    if (!isClosing) close()
    isClosing = true
  })
}

const printBanner = (config: Config, facts: StartFacts): void =>
  void process.stdout.write(
    banner({
      address: facts.address ?? '',
      node: process.versions.node,
      production: config.production,
      hasAdmin: facts.hasAdmin ?? false,
      firstAdmin: facts.firstAdmin,
    }),
  )

const adminFacts = async ({ accounts }: App): Promise<StartFacts> => ({
  firstAdmin: accounts.firstAdmin,
  hasAdmin: accounts.firstAdmin !== undefined || (await accounts.hasAdmin()),
})

/** Serves in this process alone. */
async function serve(config: Config): Promise<void> {
  const app = createApp(config)
  // Registered first, to handle signals during the start too.
  closeInTime(app, config)
  const address = await listen(app, config)
  printBanner(config, { address, ...(await adminFacts(app)) })
}

/** Is one of the processes of `superviseAll`. */
async function takePart(config: Config, role: Role): Promise<void> {
  const siblings = role === 'committer' ? new CommitterHub() : new CommitterLink()
  const app = createApp(config, siblings)
  obeySupervisor(siblings, closeInTime(app, config))
  if (role === 'worker') return tellStarted({ facts: { address: await listen(app, config) } })
  await app.ready()
  const meeting = await listenForSiblings((socket) => siblings.accept(socket))
  tellStarted({ facts: await adminFacts(app), meeting })
}

/** Starts and watches the processes of a server with WORKERS. */
async function superviseAll(config: Config): Promise<void> {
  const log = pino({ level: config.logLevel })
  const supervisor = new Supervisor({
    script: fileURLToPath(import.meta.url),
    workers: config.workers,
    log: (level, fields, message) => log[level](fields, message),
  })
  // The workers end first, and then the committer.
  closeAtTerm(closeWithGrace({ ...QUIETLY, delay: 3 * GRACE_MS }, () => supervisor.close()).close)
  printBanner(config, await supervisor.start())
}

// The reader of this output may have gone, or the disk may be full: no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

let config: Config | undefined
try {
  config = loadConfig(process.env)
  const role = roleOf(process.env)
  if (role) await takePart(config, role)
  else await (config.workers > 1 ? superviseAll(config) : serve(config))
} catch (error) {
  if (!(error instanceof NotStarted)) console.error(explain(error, config))
  process.exit(1)
}
