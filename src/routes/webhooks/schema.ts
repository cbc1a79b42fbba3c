import { type TProperties, Type } from '@sinclair/typebox'
import { disabledReasons } from '../../contract/disabled-webhook.js'
import { attemptErrors } from '../../contract/webhook.js'
import { queryOf, stringEnum } from '../../http/schema.js'
import { URL_LENGTH } from '../../webhooks/receiver-url.js'
import { eventTypes } from '../events/event-schemas.js'

const example = {
  id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11',
  url: 'https://erp.example/hooks/stockroom',
  types: ['order:created', 'order:updated'],
  description: 'ERP',
  disabled: false,
  disabledReason: null,
  disabledAt: null,
  position: 5120,
  failures: 0,
  nextAttemptAt: null,
  lost: null,
  previousSecretUntil: null,
  createdAt: '2026-11-22T09:30:00.000Z',
  updatedAt: '2026-11-22T09:30:00.000Z',
}
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='

const Time = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })
const Offset = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const members = {
  id: Type.String(),
  url: Type.String(),
  types: Type.Union([Type.Array(stringEnum(eventTypes, { title: 'EventType' })), Type.Null()], {
    description: 'The types of events that are delivered; null for all',
  }),
  description: Type.Union([Type.String(), Type.Null()]),
  disabled: Type.Boolean(),
  disabledReason: Type.Union([stringEnum(disabledReasons, { title: 'DisabledReason' }), Type.Null()], {
    description:
      '`failed`: ten failures in a row; `gone`: a 410; `admin`; `events-lost`: the log no longer has events that were not delivered',
  }),
  disabledAt: Time('Null while it is enabled'),
  position: Type.Integer({ description: 'The last offset that was delivered or passed over' }),
  failures: Type.Integer({ description: 'Failed attempts at the next event' }),
  nextAttemptAt: Time('When a failed event is tried again'),
  lost: Type.Union(
    [Type.Object({ from: Type.Integer(), to: Type.Integer() }, { title: 'OffsetRange' }), Type.Null()],
    {
      description: 'The last events that were deleted from the log before they could be delivered',
    },
  ),
  previousSecretUntil: Time('Until when the previous secret signs too'),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
}

export const Webhook = Type.Object(members, {
  title: 'Webhook',
  description: 'A webhook',
  examples: [example],
})

export const NewWebhookAnswer = Type.Object(
  {
    ...members,
    secret: Type.String({ description: 'Verifies signatures (Standard Webhooks): it is not shown again' }),
  },
  {
    title: 'WebhookWithSecret',
    description: 'The webhook, with its secret',
    examples: [{ ...example, secret }],
  },
)

const page = <T extends TProperties>(title: string, item: T, description: string, sample: object) =>
  Type.Object(
    {
      items: Type.Array(Type.Object(item, { title })),
      nextCursor: Type.Union([Type.String(), Type.Null()], {
        description: 'The `cursor` of the next page; null on the last',
      }),
    },
    { title: `${title}Page`, description, examples: [{ items: [sample], nextCursor: null }] },
  )

export const WebhookPage = page('Webhook', members, 'A page of webhooks, newest first', example)

const outcome = {
  at: Type.String({ format: 'date-time' }),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'Null without an answer' }),
  ms: Type.Integer({ description: 'How long it took, in milliseconds' }),
  response: Type.Union([Type.String(), Type.Null()], {
    description: 'The first 1 KiB of the body; null without an answer',
  }),
  error: Type.Union([stringEnum(attemptErrors, { title: 'AttemptError' }), Type.Null()], {
    description: 'Why there was no answer; null if there was one',
  }),
}
const sample = { at: '2026-11-22T09:30:00.000Z', status: 204, ms: 12, response: '', error: null }

export const TestOutcome = Type.Object(outcome, {
  title: 'WebhookTest',
  description: 'What came of it',
  examples: [sample],
})

export const AttemptPage = page(
  'WebhookAttempt',
  { ...outcome, offset: Type.Integer(), type: Type.String() },
  'A page of attempts, newest first',
  { ...sample, offset: 5120, type: 'order:created' },
)

const Url = Type.String({
  minLength: 1,
  maxLength: URL_LENGTH,
  description: 'At a public address, over HTTPS in production',
})
const Types = Type.Union([
  Type.Array(stringEnum(eventTypes, { title: 'EventType' }), { minItems: 1, uniqueItems: true }),
  Type.Null(),
])
const Description = Type.Union([
  Type.String({ maxLength: 200, pattern: '^[^\\p{Cc}\\p{Cs}]*$' }),
  Type.Null(),
])

export const NewWebhook = Type.Object(
  {
    url: Url,
    types: Type.Optional(Types),
    description: Type.Optional(Description),
    after: Type.Optional(Offset),
  },
  {
    additionalProperties: false,
    title: 'NewWebhook',
    description: 'Without `types`, events of all types are delivered; without `after`, those from now on',
    examples: [{ url: example.url, types: example.types, description: example.description }],
  },
)

export const WebhookChanges = Type.Object(
  {
    url: Type.Optional(Url),
    types: Type.Optional(Types),
    description: Type.Optional(Description),
    disabled: Type.Optional(Type.Boolean()),
  },
  { title: 'WebhookChanges', additionalProperties: false, minProperties: 1, examples: [{ disabled: false }] },
)

export const Replay = Type.Object(
  { after: Offset },
  { title: 'Replay', additionalProperties: false, examples: [{ after: 0 }] },
)

export const WebhookParams = Type.Object({ id: Type.String() })

const listed = (limit: number) => ({
  limit: Type.Integer({ minimum: 1, maximum: 100, default: limit }),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the previous page' })),
})
export const WebhookQuery = queryOf(listed(100))
export const AttemptQuery = queryOf(listed(20))
