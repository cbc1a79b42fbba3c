import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { notFound, Problem, problems } from '../../errors.js'
import { isId } from '../../ids.js'
import { refusals, unreadable } from '../responses.js'
import { NoContent, SessionList, SessionParams, User } from './schema.js'

/** The routes about the caller: who they are and where they are signed in. */
const me: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.authenticate)

  app.get(
    '/me',
    {
      schema: {
        operationId: 'getMe',
        tags: ['auth'],
        summary: 'The signed-in user',
        response: { 200: User, ...refusals('unauthenticated', 'rateLimited') },
      },
    },
    async (request) => {
      const user = await app.accounts.find(request.user.sub)
      if (!user) throw new Problem(problems.unauthenticated, 'The account is gone.')
      return user
    },
  )

  app.get(
    '/sessions',
    {
      schema: {
        operationId: 'listSessions',
        tags: ['auth'],
        summary: "The caller's live sessions, newest first",
        response: { 200: SessionList, ...refusals('unauthenticated', 'rateLimited') },
      },
    },
    async ({ user }) => {
      const sessions = await app.accounts.sessions.list(user.sub)
      if (sessions.length === 0 && !(await app.accounts.find(user.sub)))
        throw new Problem(problems.unauthenticated, 'The account is gone.')
      return { items: sessions.map((session) => ({ ...session, current: session.id === user.sid })) }
    },
  )

  app.delete(
    '/sessions/:id',
    {
      schema: {
        operationId: 'endSession',
        tags: ['auth'],
        summary: "End one of the caller's sessions",
        description: 'Its access tokens end with it.',
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
      return reply.code(204).send(null)
    },
  )
}

export default me
