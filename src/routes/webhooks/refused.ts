import { unreadable } from '../../http/refusals.js'

export const tags = ['webhooks']

/** The refusals of every operation, and of every change. */
export const refused = ['unauthenticated', 'forbidden', 'rateLimited'] as const
export const refusedChange = [...unreadable, ...refused, 'crossSite', 'overloaded'] as const
