import t from 'tap'
import { accountSamples } from '../helpers/answers/account.js'
import { factorSamples } from '../helpers/answers/factors.js'
import { managementSamples } from '../helpers/answers/management.js'
import { orderSamples } from '../helpers/answers/orders.js'
import { productSamples } from '../helpers/answers/products.js'
import type { Samples } from '../helpers/answers/sample.js'
import { serviceSamples } from '../helpers/answers/service.js'
import { createShop } from '../helpers/answers/shop.js'
import { signInSamples } from '../helpers/answers/sign-in.js'
import { webhookSamples } from '../helpers/answers/webhooks.js'
import { build, noRateLimits } from '../helpers/app.js'
import { createConformance, operationsOf } from '../helpers/openapi.js'

t.test('every response of every operation matches its description', async (t) => {
  const app = await build(t, noRateLimits)
  const shop = await createShop(app)
  const samples: Samples = {
    ...serviceSamples(shop),
    ...(await signInSamples(shop)),
    ...(await factorSamples(shop)),
    ...accountSamples(shop),
    ...managementSamples(shop),
    ...productSamples(shop),
    ...orderSamples(shop),
    ...webhookSamples(shop),
  }
  const faultsOf = createConformance()
  for (const operation of await operationsOf(app)) {
    const { operationId, method, path } = operation
    t.ok(samples[operationId], `${operationId} has a sample`)
    for (const [status, request, id = ''] of samples[operationId] ?? []) {
      const url = path.replace('{id}', id)
      const answer = await app.inject({ ...request, method, url })
      t.equal(answer.statusCode, status, `${operationId} ${status}`, { body: answer.body })
      t.same(faultsOf(operation, answer), [], `${operationId} ${status} matches its description`)
    }
  }
})
