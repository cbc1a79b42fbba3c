/** The views of the log over server-sent events: what `/admin`, `/` and `/inventory` are for sockets. */
export const streamViews = ['admin', 'mine', 'inventory'] as const

export type StreamView = (typeof streamViews)[number]
