import t from 'tap'
import { build } from '../../helpers/app.js'

t.test('a running process is live and ready', async (t) => {
  const app = await build(t)
  for (const url of ['/health/live', '/health/ready']) {
    const answer = await app.inject(url)
    t.match(answer, { statusCode: 200, body: '{"status":"ok"}' }, url)
  }
})
