import fp from 'fastify-plugin'
import { Counter } from 'prom-client'
import { ExpirySweeper } from '../orders/expiry-sweeper.js'

/** Cancels orders when they expire, until the server closes. */
export default fp(
  async (app) => {
    if (!app.hasJobs) return
    const expired = new Counter({
      name: 'orders_expired_total',
      help: 'Orders that this process cancelled because they expired',
      registers: [app.metrics],
    })
    const sweeper = new ExpirySweeper({
      ...app.orders.expiry,
      isBusy: () => !app.db.dialect.remote && app.orders.waiting() > 0,
      onExpired: (orders) => expired.inc(orders),
      onFailure(err) {
        if (err === undefined) app.log.warn('expired orders are cancelled again')
        else app.log.error({ err }, 'expired orders could not be cancelled: trying again')
      },
    })
    app.addHook('onReady', async () => sweeper.start())
    app.addHook('onClose', () => sweeper.close())
  },
  { name: 'order-expiry', dependencies: ['db', 'event-log', 'metrics', 'orders', 'relay'] },
)
