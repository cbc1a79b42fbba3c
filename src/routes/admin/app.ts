import fastifyStatic from '@fastify/static'
import Fastify from 'fastify'

/** Builds the application with the dashboard, as built into the folder `built`, at `prefix`. */
export async function buildDashboardPages(built: string, prefix: string) {
  const pages = Fastify({ routerOptions: { ignoreTrailingSlash: true } })
  // Their names change with what is in them, so they are never asked for twice.
  await pages.register(fastifyStatic, {
    root: `${built}assets/`,
    prefix: `${prefix}/assets/`,
    preCompressed: true,
    index: false,
    immutable: true,
    maxAge: '1y',
  })
  pages.get(prefix, (_request, reply) =>
    reply.header('cache-control', 'no-cache').sendFile('index.html', built, { cacheControl: false }),
  )
  await pages.ready()
  return pages
}
