import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import type { RetryOptions } from '../api/retry'
import { when } from '../formats'
import { t } from '../languages/account'
import { t as shared } from '../languages/shared'
import { useAction } from '../parts/action'
import { LoadFailure, Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import { Section } from '../parts/section'
import { describeAgent } from './agent'

interface SessionItem {
  id: string
  createdAt: string
  lastUsedAt: string
  userAgent: string | null
  ip: string | null
  current: boolean
}

/** Ends a session; a session already over is no error. */
async function end(id: string, retryOptions: RetryOptions): Promise<void> {
  try {
    await call('DELETE', `/auth/sessions/${id}`, { idempotent: true, ...retryOptions })
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error
  }
}

/** Where the user is signed in. Each session can be ended but this one, which signs out. */
export function Sessions() {
  const items = useSignal<SessionItem[] | undefined>(undefined)
  const [loading, action] = [useAction(), useAction()]
  const { busy, run } = action

  const load = async (retryOptions: RetryOptions) => {
    const { body } = await call<{ items: SessionItem[] }>('GET', '/auth/sessions', retryOptions)
    items.value = body.items
  }
  useEffect(() => void loading.run(load), [])

  const endAll = (sessions: SessionItem[]) =>
    run(async (retryOptions) => {
      for (const { id } of sessions) await end(id, retryOptions)
      await load(retryOptions)
    })
  const others = items.value?.filter(({ current }) => !current) ?? []
  return (
    <Section title={t.sessions}>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      <LoadFailure failure={loading.failure.value} again={() => void loading.run(load)} />
      <Progress action={action} />
      {!items.value && loading.busy.value && <p class="quiet">{shared.loading}</p>}
      <ul class="entries">
        {items.value?.map((session) => (
          <li key={session.id}>
            <div>
              <strong title={session.userAgent ?? undefined}>{describeAgent(session.userAgent)}</strong>
              <span class="quiet">
                {[session.ip, t.signedIn(when(session.createdAt)), t.used(when(session.lastUsedAt))]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </div>
            {session.current ? (
              <span class="mark delivered">{t.thisOne}</span>
            ) : (
              <button
                class="button small"
                type="button"
                aria-disabled={busy.value}
                aria-label={t.endTheSessionOf(describeAgent(session.userAgent), when(session.createdAt))}
                onClick={() => void endAll([session])}
              >
                {t.end}
              </button>
            )}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <footer class="actions">
          <button class="button" type="button" aria-disabled={busy.value} onClick={() => void endAll(others)}>
            {t.endAllOthers}
          </button>
        </footer>
      )}
    </Section>
  )
}
