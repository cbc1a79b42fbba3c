import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { type App, buildApp } from './app.js'
import { banner, firstAdminNote } from './banner.js'
import { type Config, ConfigError, loadConfig } from './config.js'
import { MigrationMismatch } from './db/migrations.js'
import { DatabaseUnusable, withoutPassword } from './db/mysql/connection.js'

// A supervisor waits ten seconds as a rule before it kills.
const GRACE_MS = 10_000
// Bursts of clients that come back all at once overflow Node's 511; the system caps it (net.core.somaxconn).
const BACKLOG = 4_096

/** One line that a person can act on, whatever kept the server from starting. */
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
    return `The database ${config.databaseUrl} cannot be opened: ${message}.`
  return `Stockroom could not start: ${message}`
}

/**
 * Has clients and balancers go elsewhere before the listener closes: each answer ends its connection, and readiness is
 * gone. Until then every connection is served, so that none is reset.
 */
async function turnAway({ server, connections }: App, { shutdownDelay }: Config): Promise<void> {
  if (!server.listening) return
  connections.startClosing()
  await sleep(shutdownDelay)
}

/**
 * Listens at the address of the settings.
 * @returns the URL of the server
 * @throws what keeps it from listening, such as a port that is taken. An admin that this start made is shown first: no
 *   later start could show its password.
 */
async function listen(app: App, { port, host }: Config): Promise<string> {
  try {
    return await app.listen({ port, host, backlog: BACKLOG })
  } catch (error) {
    // A start that failed before the accounts were ready has made none.
    const firstAdmin = app.hasDecorator('accounts') ? app.accounts.firstAdmin : undefined
    if (firstAdmin) process.stdout.write(firstAdminNote(firstAdmin))
    throw error
  }
}

async function start(config: Config): Promise<void> {
  const app = buildApp(config, {
    level: config.logLevel,
    ...(config.logPretty && { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } }),
  })
  // Registered first, so that a signal during the start is heeded too.
  closeWithGrace({ delay: GRACE_MS, logger: false }, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, 'closing after an error that nobody caught')
    else {
      app.log.info({ signal }, 'closing')
      await turnAway(app, config)
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
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

let config: Config | undefined
try {
  config = loadConfig(process.env)
  await start(config)
} catch (error) {
  console.error(explain(error, config))
  process.exit(1)
}
