import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ChangedUser } from '../../accounts/users/users.js'
import { linkNext } from '../../http/next-page.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { NoContent } from '../auth/schema.js'
import { ManagedUser, UserChanges, UserPage, UserParams, UserQuery } from './schema.js'

const tags = ['users']
const refused = ['unauthenticated', 'forbidden', 'rateLimited'] as const
const refusedChange = [...unreadable, ...refused, 'crossSite', 'notFound', 'overloaded'] as const

/** Reading users. */
const reading: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('users:read'))

  app.get(
    '',
    {
      schema: {
        operationId: 'listUsers',
        tags,
        summary: 'List and search users',
        description:
          'Newest first; with `q`, in the order of the words that match. If few of very many users match, a page may ' +
          'contain fewer than `limit`, even none, with a `nextCursor` from which the search continues.',
        querystring: UserQuery,
        response: { 200: UserPage, ...refusals('invalidRequest', ...refused) },
      },
    },
    async ({ query }, reply) => {
      const page = await app.users.list(query)
      linkNext(reply, page.nextCursor)
      return page
    },
  )

  app.get(
    '/:id',
    {
      schema: {
        operationId: 'getUser',
        tags,
        summary: 'One user',
        params: UserParams,
        response: { 200: ManagedUser, ...refusals(...refused, 'notFound') },
      },
    },
    ({ params: { id } }) => app.users.get(id),
  )
}

/** Changing users. */
const writing: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('users:write'))

  app.patch(
    '/:id',
    {
      config: { idempotent: true, told: { event: 'user_updated', fields: ['role', 'disabled'] } },
      schema: {
        operationId: 'updateUser',
        tags,
        summary: 'Change the role or the name of a user, or disable the account',
        description:
          'A lower role, or `disabled: true`, ends the sessions and sockets of the user on every node within a second. ' +
          'The last admin stays one.',
        params: UserParams,
        body: UserChanges,
        response: { 200: ManagedUser, ...refusals('invalidRequest', ...refusedChange, 'lastAdmin') },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const origin = app.auth.originOf(request)
      return app.once(
        reply,
        async (remember) => {
          const changed = await app.users.change(id, request.body, origin, remember)
          const details = { resource: `/users/${id}`, role: changed.user.role }
          if (changed.hasNewRole) app.securityLog.tell('privilege_permissions_changed', details, request)
          return changed
        },
        ({ user }: ChangedUser) => ({ body: user }),
      )
    },
  )

  app.delete(
    '/:id',
    {
      config: { told: { event: 'user_deleted' } },
      schema: {
        operationId: 'eraseUser',
        tags,
        summary: 'Erase a user',
        description:
          'Name and email address are replaced; the password, sessions, API keys, second factors and mails are gone, and ' +
          'sockets end on every node within a second. Orders stay, of `Deleted user`. The last admin stays. This cannot be undone.',
        params: UserParams,
        response: { 204: NoContent, ...refusals(...refusedChange, 'lastAdmin') },
      },
    },
    async (request, reply) => {
      await app.users.erase(request.params.id, app.auth.originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/:id/sessions',
    {
      config: { told: { event: 'user_updated' } },
      schema: {
        operationId: 'endUserSessions',
        tags,
        summary: 'End every session of a user',
        params: UserParams,
        response: { 204: NoContent, ...refusals(...refusedChange) },
      },
    },
    async (request, reply) => {
      await app.users.endSessions(request.params.id, app.auth.originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/:id/unlock',
    {
      config: { idempotent: true, told: { event: 'user_updated' } },
      schema: {
        operationId: 'unlockUser',
        tags,
        summary: "Lift the lock on guesses at a user's password",
        params: UserParams,
        response: { 204: NoContent, ...refusals(...refusedChange) },
      },
    },
    async (request, reply) =>
      app.once(
        reply,
        (remember) => app.users.unlock(request.params.id, app.auth.originOf(request), remember),
        () => ({ status: 204, body: null }),
      ),
  )
}

const users: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(reading)
  await app.register(writing)
}

export default users
