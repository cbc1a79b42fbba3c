import { dataExamples } from '../events/event-schemas.js'
import { tags } from './refused.js'

const header = (name: string, description: string, example: string) => ({
  in: 'header',
  name,
  description,
  required: true,
  schema: { type: 'string' },
  example,
})

const example = {
  offset: 5120,
  type: 'order:created',
  createdAt: '2026-11-22T09:30:00.000Z',
  actor: { type: 'user', id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11' },
  requestId: '6a0f9d0e-3f0b-4a53-9a55-0d7f1c6a2b10',
  data: dataExamples['order:created'],
}

/** The request to receivers, for the `webhooks` of the API's description. */
export const delivery = {
  event: {
    post: {
      operationId: 'receiveEvent',
      tags,
      summary: 'An event, sent to the URL of a webhook',
      description:
        'Signed by Standard Webhooks 1.0, one request at a time, in the order of the log, at least once. ' +
        'It is answered within 15 seconds, and tried again after anything but a success.',
      security: [],
      parameters: [
        header(
          'webhook-id',
          '`EPOCH:OFFSET`, the same in every attempt',
          '3f1c9d52a8e74b06b1d0c5e27f9a6b84:5120',
        ),
        header('webhook-timestamp', 'The time of the attempt, in seconds since 1970', '1795339800'),
        header(
          'webhook-signature',
          '`v1,` and a signature by the secret; several, separated by blanks, after a rotation',
          'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
        ),
        {
          ...header(
            'traceparent',
            'The span of this attempt (W3C Trace Context), if the request behind the event is traced',
            '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          ),
          required: false,
        },
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/AnyEvent' }, example } },
      },
      responses: {
        '2XX': { description: 'The event has arrived: the next one is sent' },
        410: { description: 'The receiver is gone: the webhook is disabled' },
        default: {
          description: 'A failure: the event is tried again, with `Retry-After` not before that time',
        },
      },
    },
  },
}
