import fp from 'fastify-plugin'
import type { Config } from '../config.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
  }
}

/** Decorates `app.config` with the settings that the process was started with, and logs what is unwise about them. */
export default fp<{ config: Config }>(
  async (app, { config }) => {
    app.decorate('config', config)
    for (const warning of config.warnings) app.log.warn(warning)
  },
  { name: 'config' },
)
