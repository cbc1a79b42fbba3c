import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { UserView } from '../../contract/user.js'
import { accountGone, notFound } from '../../errors.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { isId } from '../../ids.js'
import { waitingClientOf } from './answers.js'
import { NoContent, SessionList, SessionParams, User, UserChanges } from './schema.js'

/** The routes with which callers change their own account, and end their sessions. */
const me: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:use'))

  app.patch(
    '/me',
    {
      config: { idempotent: true, rows: 'own' },
      schema: {
        operationId: 'changeMe',
        tags: ['auth'],
        summary: "Change the caller's name or email address",
        description:
          'A new email address takes the current password, which counts as a guess. It replaces the present one, which is ' +
          'told, once the link that is mailed to it was followed: the answer has the present one.',
        body: UserChanges,
        response: {
          200: User,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCredentials',
            'crossSite',
            'emailTaken',
            'accountLocked',
            'rateLimited',
            'overloaded',
            'mailUnavailable',
          ),
        },
      },
      // A password is a guess.
      async preHandler(request, reply) {
        if (request.body.password !== undefined) await app.limitAuth.call(app, request, reply)
      },
    },
    async (request, reply) =>
      app.once(
        reply,
        async (remember) => {
          const { user: caller, body } = request
          const user = await app.accounts.update(caller.sub, body, waitingClientOf(reply), remember)
          const fields = Object.keys(body).filter((name) => name !== 'password')
          app.securityLog.tell('user_updated', { fields: fields.join(' ') }, request)
          return user
        },
        (user: UserView) => ({ body: user }),
      ),
  )

  app.get(
    '/sessions',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'listSessions',
        tags: ['auth'],
        summary: "The caller's live sessions, newest first",
        response: { 200: SessionList, ...refusals('unauthenticated', 'rateLimited') },
      },
    },
    async ({ user }) => {
      const sessions = await app.accounts.sessions.list(user.sub)
      if (sessions.length === 0 && !(await app.accounts.find(user.sub))) throw accountGone()
      return { items: sessions.map((session) => ({ ...session, current: session.id === user.sid })) }
    },
  )

  app.delete(
    '/sessions/:id',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'endSession',
        tags: ['auth'],
        summary: "End one of the caller's sessions",
        description: 'Its access tokens end with it, and the cookies of the request, if it is their own.',
        params: SessionParams,
        response: {
          204: NoContent,
          ...refusals(...unreadable, 'unauthenticated', 'crossSite', 'notFound', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const ended = isId(id) && (await app.accounts.sessions.end(id, request.user.sub))
      if (!ended) throw notFound('session')
      const details = { sessionId: id, bySession: request.user.sid, reason: 'signed-out' }
      app.securityLog.tell('authn_token_revoked', details, request)
      const isOwn = id === request.user.sid && request.headers.authorization === undefined
      if (isOwn) app.auth.cookies.clear(reply)
      return reply.code(204).send(null)
    },
  )
}

export default me
