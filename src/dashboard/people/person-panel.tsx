import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ManagedUserView } from '../../contract/user'
import { call } from '../api/call'
import { explain, Refused } from '../api/failures'
import { onEvents } from '../live/stream'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { Notice } from '../parts/notice'
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
  useEffect(() => {
    const load = () =>
      void loading.run(async (retryOptions) => {
        show((await call<ManagedUserView>('GET', `/users/${encodeURIComponent(id)}`, retryOptions)).body)
      })
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
    <Dialog title="Person" place="side" onClose={onClose}>
      {waiting.value && <Notice tone="wait">{waiting.value}</Notice>}
      {failure.value !== undefined && (
        <Notice tone="bad">
          {failure.value instanceof Refused && failure.value.status === 404
            ? 'There is no such person.'
            : explain(failure.value)}
        </Notice>
      )}
      {!person.value && busy.value && <p class="quiet">Loading…</p>}
      {person.value && <PersonFacts person={person.value} />}
      {person.value && isAdmin.value && (
        <>
          <PersonRole person={person.value} onChanged={show} />
          <PersonAccess person={person.value} onChanged={show} />
          <footer class="actions part">
            <a class="button" href={`#/audit?subject=${person.value.id}`}>
              Changes of this account
            </a>
          </footer>
          <ErasePerson person={person.value} onErased={onErased} />
        </>
      )}
    </Dialog>
  )
}
