import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoProduct } from '../prisma/demo-products.js'
import { buildApp } from '../src/app.js'
import { addProducts } from '../src/catalog/add-products.js'
import { loadConfig } from '../src/config.js'
import { addPast } from './history.js'
import { oneTimeLink } from './one-time-link.js'

const PRODUCTS = 200

const isTaken = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EADDRINUSE'

/**
 * Opens a shop on a temporary database: 200 products, the orders of the last hour, an admin.
 * @param port the port to listen on; any free one if it is taken or 0
 */
export async function openShop(port: number) {
  const dir = mkdtempSync(join(tmpdir(), 'stockroom-demo-'))
  const removeData = () => rmSync(dir, { recursive: true, force: true })
  // For exits without a graceful shutdown; otherwise it is already removed.
  process.once('exit', removeData)
  const admin = { email: 'admin@example.com', password: randomBytes(12).toString('base64url') }
  const link = oneTimeLink(admin)
  const app = buildApp(
    {
      ...loadConfig({
        NODE_ENV: 'development',
        HOST: '127.0.0.1',
        DATABASE_URL: `file:${join(dir, 'demo.db')}`,
      }),
      admin,
      jwtSecret: randomBytes(32).toString('hex'),
      bcryptCost: 6, // all data is temporary
      rateLimitMax: 0,
      authRateLimitMax: 0,
    },
    { level: 'warn' },
  )
  app.register(link.route)
  const close = async () => {
    await app.close()
    removeData()
  }
  try {
    await app.ready()
    const keeper = await app.db.read.user.findFirst({ where: { role: 'admin' } })
    await addProducts(app.db, app.eventLog, Array.from({ length: PRODUCTS }, demoProduct), keeper?.id ?? '')
    await addPast(app)
    const listen = (at: number) => app.listen({ port: at, host: '127.0.0.1' })
    const address = await listen(port).catch((error) => {
      if (isTaken(error)) return listen(0)
      throw error
    })
    return { app, address, link: address + link.path, admin, close }
  } catch (error) {
    await close()
    throw error
  }
}
