// Fastify with a single route: the minimum startup time and memory of a server.
import Fastify from 'fastify'

const app = Fastify()
app.get('/health/ready', async () => ({ status: 'ok' }))
console.log(await app.listen({ port: 0, host: '127.0.0.1' }))
