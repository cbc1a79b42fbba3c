import { type StreamView, streamViews } from '../../contract/event-stream.js'
import { type Node, nameSchemas } from '../../http/openapi/name-schemas.js'
import { securitySchemes } from '../../http/openapi/security.js'
import { VERSION } from '../../version.js'
import { messagesOf, renewalMessages } from './event-messages.js'

const namespaces: Record<StreamView, string> = { admin: '/admin', mine: '/', inventory: '/inventory' }
const audience: Record<StreamView, string> = {
  admin: 'Every event, for admins, staff and API keys with `events:read`',
  mine: "The events of the caller's own orders",
  inventory:
    'Products and stock, for everybody, without the origin of a change. Of changes of a stock that are sent together, the last alone',
}
const signIns: Record<StreamView, readonly string[]> = {
  admin: ['bearer', 'cookie', 'apiKey'],
  mine: ['bearer', 'cookie'],
  inventory: [],
}

const refer = (...path: string[]) => ({
  $ref: `#/${path.map((part) => part.replaceAll('/', '~1')).join('/')}`,
})
const security = (view: StreamView) =>
  signIns[view].length > 0
    ? { security: signIns[view].map((name) => refer('components', 'securitySchemes', name)) }
    : {}

/** Describes a view as server-sent events. */
function streamOf(view: StreamView) {
  const channel = `${view}Stream`
  return {
    channels: {
      [channel]: {
        address: '/events/stream',
        title: `${view} by server-sent events`,
        description: `${audience[view]}. \`id:\` is \`EPOCH:OFFSET\`, by which \`Last-Event-ID\` resumes; \`event:\` is the name of the message, \`data:\` its payload as JSON.`,
        servers: [refer('servers', 'http')],
        messages: messagesOf(view),
      },
    },
    operations: {
      [`send${channel}`]: {
        action: 'send',
        channel: refer('channels', channel),
        summary: `\`GET /events/stream?view=${view}\``,
        ...security(view),
        bindings: {
          http: {
            method: 'GET',
            query: {
              type: 'object',
              required: ['view'],
              properties: { view: { const: view }, lastEventId: { type: 'string' } },
            },
            bindingVersion: '0.3.0',
          },
        },
      },
    },
  }
}

/** Describes a view as a namespace of Socket.IO. */
function namespaceOf(view: StreamView) {
  const channel = `${view}Socket`
  const signedIn = signIns[view].length > 0
  const message = (name: string) => [refer('channels', channel, 'messages', name)]
  return {
    channels: {
      [channel]: {
        address: namespaces[view],
        title: `${view} by Socket.IO`,
        description: `${audience[view]}. A namespace: connect with \`auth: {token, offset, epoch}\` to sign in and to resume. Each message is emitted under its name.`,
        servers: [refer('servers', 'socketio')],
        messages: { ...messagesOf(view), ...(signedIn && renewalMessages()) },
      },
    },
    operations: {
      [`send${channel}`]: {
        action: 'send',
        channel: refer('channels', channel),
        summary: 'Events',
        ...security(view),
        messages: Object.keys(messagesOf(view)).flatMap(message),
      },
      ...(signedIn && {
        [`renew${channel}`]: {
          action: 'receive',
          channel: refer('channels', channel),
          summary: 'Extend the connection with a new token',
          messages: message('renew'),
          reply: { channel: refer('channels', channel), messages: message('renewed') },
        },
      }),
    },
  }
}

const wayIn = (description: string, protocol: string, pathname: string) => ({
  host: '{host}',
  protocol,
  pathname,
  description,
  variables: { host: { default: '127.0.0.1:3000', description: 'The host of the shop' } },
})

/** What AsyncAPI calls a scheme that OpenAPI calls `apiKey` in a cookie. */
const cookieScheme = ({ name, description }: { name: string; description: string }) => ({
  type: 'httpApiKey',
  in: 'cookie',
  name,
  description,
})

/**
 * Returns the description of the live events (AsyncAPI 3.0): each view of the log, as server-sent events and as a namespace
 * of Socket.IO.
 * @param cookies names of the token cookies
 * @param basePath the path that the shop is below; empty at the root
 */
export function describeEvents(cookies: { access: string; refresh: string }, basePath: string): Node {
  const views = [...streamViews.map(streamOf), ...streamViews.map(namespaceOf)]
  const schemas = new Map<string, Node>()
  const channels = nameSchemas(Object.assign({}, ...views.map((view) => view.channels)), schemas)
  const { bearer, apiKey, cookie } = securitySchemes(cookies)
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Stockroom: live events',
      version: VERSION,
      description:
        'One log of events, in the order of their commits, without gaps: each view of it is sent as server-sent events and by Socket.IO. A client that names the last offset it saw is sent what it missed first.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      tags: [{ name: 'events', description: 'What happens in the shop, as it happens' }],
    },
    defaultContentType: 'application/json',
    servers: {
      http: wayIn('Server-sent events', 'http', basePath || '/'),
      socketio: wayIn('Socket.IO 4, over WebSocket or polling', 'ws', `${basePath}/socket.io`),
    },
    channels,
    operations: Object.assign({}, ...views.map((view) => view.operations)),
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: { bearer, apiKey, cookie: cookieScheme(cookie) },
    },
  }
}
