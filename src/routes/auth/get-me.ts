import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { accountGone } from '../../errors.js'
import { refusals } from '../../http/refusals.js'
import { User } from './schema.js'

/** The route with the caller's own account. */
const getMe: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:secure'))

  app.get(
    '/me',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'getMe',
        tags: ['auth'],
        summary: 'The signed-in user',
        response: { 200: User, ...refusals('unauthenticated', 'rateLimited') },
      },
    },
    async (request) => {
      const user = await app.accounts.find(request.user.sub)
      if (!user) throw accountGone()
      return user
    },
  )
}

export default getMe
