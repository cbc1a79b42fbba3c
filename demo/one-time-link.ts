import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { Credentials } from '../src/accounts/accounts.js'
import { notFound } from '../src/errors.js'
import { answerSignedIn, clientOf } from '../src/routes/auth/answers.js'

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * A link that signs the browser in, once. Only the demo registers it, on the application it builds.
 * @returns the route and its path.
 */
export function oneTimeLink(admin: Credentials) {
  const secret = randomBytes(32).toString('base64url')
  let expected: Buffer | undefined = digest(secret)

  const route: FastifyPluginAsyncTypebox = async (app) => {
    app.get(
      '/demo/:secret',
      { schema: { hide: true, params: Type.Object({ secret: Type.String() }) } },
      async (request, reply) => {
        if (!expected || !timingSafeEqual(expected, digest(request.params.secret))) throw notFound('link')
        expected = undefined
        answerSignedIn(reply, await app.accounts.signIn(admin, clientOf(request)))
        // With a place: at the bare address the dashboard looks for no session that it has not begun itself.
        return reply.header('cache-control', 'no-store').redirect('/admin#/orders', 303)
      },
    )
  }
  return { route, path: `/demo/${secret}` }
}
