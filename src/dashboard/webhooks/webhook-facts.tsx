import type { WebhookView } from '../../contract/webhook'
import { count, fullTime } from '../formats'
import { t as shared } from '../languages/shared'
import { t } from '../languages/webhooks'
import { eventNames } from './event-names'
import { StateMark } from './state'

/** The facts of a webhook: its events, its address and its position. */
export const WebhookFacts = ({ webhook }: { webhook: WebhookView }) => (
  <dl class="facts">
    <dt>{t.state}</dt>
    <dd>
      <StateMark webhook={webhook} />
    </dd>
    {webhook.description !== null && (
      <>
        <dt>{shared.name}</dt>
        <dd dir="auto">{webhook.description}</dd>
      </>
    )}
    <dt>{t.address}</dt>
    <dd class="id" dir="ltr">
      {webhook.url}
    </dd>
    <dt>{t.events}</dt>
    <dd>{webhook.types?.map((type) => eventNames[type] ?? type).join(', ') ?? t.all}</dd>
    <dt>{t.deliveredUpTo}</dt>
    <dd>{t.event(count(webhook.position))}</dd>
    {webhook.previousSecretUntil !== null && (
      <>
        <dt>{t.formerSecret}</dt>
        <dd>{t.signsTooUntil(fullTime(webhook.previousSecretUntil))}</dd>
      </>
    )}
    <dt>{t.added}</dt>
    <dd>{fullTime(webhook.createdAt)}</dd>
    <dt>{t.id}</dt>
    <dd class="id">{webhook.id}</dd>
  </dl>
)
