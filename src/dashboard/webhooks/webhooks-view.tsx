import { signal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { NewWebhookView, WebhookView } from '../../contract/webhook'
import { call } from '../api/call'
import { t } from '../languages/webhooks'
import { onEvents } from '../live/stream'
import { NoSuchPage } from '../parts/error-page'
import { LoadFailure, Notice } from '../parts/notice'
import { type Page, PagedRows } from '../parts/paged-rows'
import { ShownSecret } from '../parts/shown-secret'
import { useWaiting } from '../parts/waiting'
import { isAdmin } from '../people/roles'
import { leaveTo, linkTo, route } from '../routing'
import { WebhookDialog } from './webhook-dialog'
import { WebhookList } from './webhook-list'
import { WebhookPanel } from './webhook-panel'

/** Failures and positions change without an event. */
const REFRESH_MS = 15_000

/** The receivers of the events of the shop, for admins. */
export function WebhooksView() {
  const { id } = route.value
  const { note, retryOptions } = useWaiting()
  const made = useSignal<NewWebhookView | undefined>(undefined)
  const webhooks = useMemo(
    () =>
      new PagedRows<WebhookView>(async (cursor) => {
        const asked = new URLSearchParams(cursor ? { cursor } : {})
        return (await call<Page<WebhookView>>('GET', `/webhooks?${asked}`, retryOptions('webhooks'))).body
      }),
    [],
  )
  /** Increments when webhooks may have changed. */
  const version = useMemo(() => signal(0), [])
  useEffect(() => {
    if (!isAdmin.value) return
    void webhooks.reload()
    const refresh = () => {
      version.value++
      void webhooks.reload()
    }
    const timer = setInterval(() => !document.hidden && refresh(), REFRESH_MS)
    const stop = onEvents((events) => {
      if (events.some(({ type }) => type === 'webhook:disabled')) refresh()
    })
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [])
  if (!isAdmin.value) return <NoSuchPage />
  const close = () => leaveTo(linkTo('webhooks'))
  return (
    <>
      <header class="bar">
        <h1>{t.webhooks}</h1>
        <a class="button primary end-of-bar" href={linkTo('webhooks', 'new')}>
          {t.addWebhook}
        </a>
      </header>
      {note.value && <Notice tone="wait">{note.value}</Notice>}
      <LoadFailure failure={webhooks.failure.value} again={() => void webhooks.reload()} />
      <WebhookList webhooks={webhooks} />
      {id === 'new' && (
        <WebhookDialog
          onSaved={(webhook) => {
            if ('secret' in webhook) made.value = webhook
            webhooks.add(webhook)
          }}
          onClose={close}
        />
      )}
      {id && id !== 'new' && (
        <WebhookPanel
          key={id}
          id={id}
          version={version.value}
          onChanged={(webhook) => webhooks.put(webhook)}
          onDeleted={() => {
            webhooks.remove(id)
            close()
          }}
          onClose={close}
        />
      )}
      {made.value && (
        <ShownSecret
          title={t.secretOfTheWebhook}
          secret={made.value.secret}
          onClose={() => (made.value = undefined)}
        />
      )}
    </>
  )
}
