import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { type App, buildApp } from './app.js'
import { banner, firstAdminNote } from './banner.js'
import { type Config, ConfigError, loadConfig } from './config.js'
import { DatabaseUnusable, MigrationMismatch } from './db/errors.js'
import { withoutPassword } from './db/open.js'
import { createLogDestination } from './log/destination.js'

// Supervisors usually kill after ten seconds.
const GRACE_MS = 9_000
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
    return `The database ${withoutPassword(config.databaseUrl)} cannot be opened: ${message}.`
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

async function start(config: Config): Promise<void> {
  const app = buildApp(config, {
    level: config.logLevel,
    ...(config.logPretty
      ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } }
      : { stream: createLogDestination({ fd: process.stdout.fd, report: (text) => console.error(text) }) }),
  })
  // Registered first, to handle signals during the start too.
  closeWithGrace({ delay: GRACE_MS, logger: false }, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, 'closing after an error that nobody caught')
    else {
      app.log.info({ signal }, 'closing')
      await drain(app, config)
    }
    await app.close()
  })
  const address = await listen(app, config)
  const { firstAdmin } = app.accounts
  const hasAdmin = firstAdmin !== undefined || (await app.accounts.hasAdmin())
  const text = banner({
    address,
    node: process.versions.node,
    production: config.production,
    hasAdmin,
    firstAdmin,
  })
  process.stdout.write(text)
}

// The reader of this output may have gone, or the disk may be full: no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

let config: Config | undefined
try {
  config = loadConfig(process.env)
  await start(config)
} catch (error) {
  console.error(explain(error, config))
  process.exit(1)
}
