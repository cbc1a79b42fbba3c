import type { WebhookView } from '../../contract/webhook'
import { count, fullTime } from '../formats'
import { eventNames } from './event-names'
import { StateMark } from './state'

/** The facts of a webhook: its events, its address and its position. */
export const WebhookFacts = ({ webhook }: { webhook: WebhookView }) => (
  <dl class="facts">
    <dt>State</dt>
    <dd>
      <StateMark webhook={webhook} />
    </dd>
    {webhook.description !== null && (
      <>
        <dt>Name</dt>
        <dd dir="auto">{webhook.description}</dd>
      </>
    )}
    <dt>Address</dt>
    <dd class="id" dir="ltr">
      {webhook.url}
    </dd>
    <dt>Events</dt>
    <dd>{webhook.types?.map((type) => eventNames[type] ?? type).join(', ') ?? 'All'}</dd>
    <dt>Delivered up to</dt>
    <dd>event {count(webhook.position)}</dd>
    {webhook.previousSecretUntil !== null && (
      <>
        <dt>Former secret</dt>
        <dd>signs too until {fullTime(webhook.previousSecretUntil)}</dd>
      </>
    )}
    <dt>Added</dt>
    <dd>{fullTime(webhook.createdAt)}</dd>
    <dt>Id</dt>
    <dd class="id">{webhook.id}</dd>
  </dl>
)
