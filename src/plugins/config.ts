import fp from 'fastify-plugin'
import type { Config } from '../config.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
    /** The path below which clients find the shop, without a slash at the end; empty at the root. */
    basePath: string
  }
}

/** Decorates `app.config` with the settings of the process, logs the unwise ones, and decorates `app.basePath`. */
export default fp<{ config: Config; basePath: string }>(
  async (app, { config, basePath }) => {
    app.decorate('config', config)
    app.decorate('basePath', basePath)
    if (app.hasJobs) for (const warning of config.warnings) app.log.warn(warning)
  },
  { name: 'config', dependencies: ['siblings'] },
)
