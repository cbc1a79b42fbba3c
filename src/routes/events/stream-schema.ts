import { Type } from '@sinclair/typebox'
import { streamViews } from '../../contract/event-stream.js'
import { queryOf, stringEnum } from '../../http/schema.js'

const lastEventId = (description: string) => Type.Optional(Type.String({ description }))

export const StreamQuery = queryOf({
  view: stringEnum(streamViews, {
    description:
      '`admin`: every event, for admins, staff and API keys with `events:read`. `mine`: the events of your own orders. `inventory`: products and stock, for everybody.',
  }),
  lastEventId: lastEventId(
    'For clients that cannot set a header. `Last-Event-ID`, which an EventSource sends when it reconnects, wins.',
  ),
})

export const StreamHeaders = Type.Object({
  'last-event-id': lastEventId('`EPOCH:OFFSET`: the `id` of the last event seen'),
})

export const EventStreamAnswer = {
  description: 'The events that were missed, `ready`, and then the live ones',
  content: {
    'text/event-stream': {
      schema: Type.String(),
      examples: {
        resumed: {
          summary: 'A client that missed one event',
          value:
            'id: 3f1c9d52a8e74b06b1d0c5e27f9a6b84:7\nevent: stock:changed\ndata: {"offset":7,"type":"stock:changed","createdAt":"2026-11-22T09:30:00.000Z","data":{"productId":"019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11","stock":12}}\n\nid: 3f1c9d52a8e74b06b1d0c5e27f9a6b84:7\nevent: ready\ndata: {"epoch":"3f1c9d52a8e74b06b1d0c5e27f9a6b84","offset":7,"recovered":true}\n\n',
        },
      },
    },
  },
}
