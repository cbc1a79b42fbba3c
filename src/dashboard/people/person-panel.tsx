import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ManagedUserView } from '../../contract/user'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import { t } from '../languages/people'
import { t as shared } from '../languages/shared'
import { onEvents } from '../live/stream'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { LoadFailure, Notice } from '../parts/notice'
import { ErasePerson } from './erase-person'
import { PersonAccess } from './person-access'
import { PersonFacts } from './person-facts'
import { PersonRole } from './person-role'
import { isAdmin } from './roles'

interface PersonPanelProps {
  id: string
  onChanged: (person: ManagedUserView) => void
  /** Called after the account was erased. */
  onErased: () => void
  onClose: () => void
}

/** Details of one person, with the actions of admins. */
export function PersonPanel({ id, onChanged, onErased, onClose }: PersonPanelProps) {
  const person = useSignal<ManagedUserView | undefined>(undefined)
  const loading = useAction()
  const { waiting, failure, busy } = loading

  const show = (update: ManagedUserView) => {
    person.value = update
    onChanged(update)
  }
  const load = () =>
    void loading.run(async (retryOptions) => {
      show((await call<ManagedUserView>('GET', `/users/${encodeURIComponent(id)}`, retryOptions)).body)
    })
  useEffect(() => {
    load()
    return onEvents((events) => {
      const ofPerson = events.filter(
        ({ type, data }) => type.startsWith('user:') && 'id' in data && data.id === id,
      )
      if (ofPerson.some(({ type }) => type === 'user:deleted')) onErased()
      else if (ofPerson.length > 0) load()
    })
  }, [id])

  return (
    <Dialog title={t.person} place="side" onClose={onClose}>
      {waiting.value && <Notice tone="wait">{waiting.value}</Notice>}
      {failure.value instanceof Refused && failure.value.status === 404 ? (
        <Notice tone="bad">{t.thereIsNoSuch}</Notice>
      ) : (
        <LoadFailure failure={failure.value} again={load} />
      )}
      {!person.value && busy.value && <p class="quiet">{shared.loading}</p>}
      {person.value && <PersonFacts person={person.value} />}
      {person.value && isAdmin.value && (
        <>
          <PersonRole person={person.value} onChanged={show} />
          <PersonAccess person={person.value} onChanged={show} />
          <footer class="actions part">
            <a class="button" href={`#/audit?subject=${person.value.id}`}>
              {t.changesOfThisAccount}
            </a>
          </footer>
          <ErasePerson person={person.value} onErased={onErased} />
        </>
      )}
    </Dialog>
  )
}
