// Fastify with one route that answers: the least that a server can take to start and to keep.
import Fastify from 'fastify'

const app = Fastify()
app.get('/health/ready', async () => ({ status: 'ok' }))
console.log(await app.listen({ port: 0, host: '127.0.0.1' }))
