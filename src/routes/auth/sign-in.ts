import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ownWordsFault } from '../../accounts/passwords/own-words.js'
import { invalidRequest } from '../../errors.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import { finishSignIn } from './finish-sign-in.js'
import { Login, NewUser, SignedIn, User } from './schema.js'

/** The routes with a password. */
const signIn: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/register',
    {
      schema: {
        operationId: 'register',
        tags: ['auth'],
        summary: 'Create an account',
        description: 'Does not sign in. New users are customers. Mails a link that verifies the address.',
        security: [],
        body: NewUser,
        response: {
          201: User,
          ...refusals('invalidRequest', ...unreadable, 'emailTaken', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { name, email, password } = request.body
      const fault = ownWordsFault(password, { name, email, shop: app.config.shopName })
      if (fault) throw invalidRequest([{ path: 'password', message: fault }])
      const user = await app.accounts.register(request.body, waitingClientOf(reply))
      app.securityLog.tell('user_created', { userId: user.id, role: user.role }, request)
      return reply.code(201).send(user)
    },
  )

  app.post(
    '/login',
    {
      schema: {
        operationId: 'login',
        tags: ['auth'],
        summary: 'Sign in',
        description:
          'Five wrong passwords in a row lock the account for 10 minutes, even for the right one. The lock does not ' +
          'concern browsers that signed in to the account before: a device cookie gives each five guesses of its own. ' +
          'A browser that is signed in gets a new session, and its old one ends. Programs request a refresh token ' +
          'with `tokens: "body"`, and refresh by sending it in the body. For a user with a second factor, the right ' +
          'password answers 401 `mfa-required` with an `mfaToken` for `POST /auth/login/mfa`.',
        security: [],
        body: Login,
        response: {
          200: SignedIn,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'invalidCredentials',
            'mfaRequired',
            'accountLocked',
            'accountDisabled',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const signedIn = await app.accounts.signIn(request.body, waitingClientOf(reply))
      return finishSignIn(reply, signedIn, request.body.tokens)
    },
  )
}

export default signIn
