import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type ManagedUserView, roles } from '../../contract/user'
import { call } from '../api/call'
import { t } from '../languages/people'
import { LoadFailure, Notice } from '../parts/notice'
import { type Page, PagedRows } from '../parts/paged-rows'
import { useWaiting } from '../parts/waiting'
import { leaveTo, linkTo, route } from '../routing'
import { followPeople } from './follow-people'
import { PeopleList } from './people-list'
import { PeopleTools } from './people-tools'
import { PersonPanel } from './person-panel'

const PAGE = 50

/** Values of the filter by access, as the API takes them. */
const accesses = ['true', 'false']

/** The people with an account: customers, staff and admins. */
export function PeopleView() {
  const { query, id } = route.value
  const q = query.get('q') ?? ''
  const role = roles.find((name) => name === query.get('role')) ?? ''
  const disabled = accesses.find((value) => value === query.get('disabled')) ?? ''
  const { note, retryOptions } = useWaiting()

  const search = new URLSearchParams(Object.entries({ q, role, disabled }).filter(([, value]) => value))
  const key = search.toString()
  const people = useMemo(
    () =>
      new PagedRows<ManagedUserView>(async (cursor) => {
        const asked = new URLSearchParams({ ...Object.fromEntries(search), limit: String(PAGE) })
        if (cursor) asked.set('cursor', cursor)
        return (await call<Page<ManagedUserView>>('GET', `/users?${asked}`, retryOptions(key))).body
      }),
    [key],
  )
  useEffect(() => {
    void people.reload()
    return followPeople(people, (person) => {
      if (role && person.role !== role) return false
      if (disabled && String(person.disabled) !== disabled) return false
      return q ? undefined : true
    })
  }, [people])

  // Keeps the previous result on screen until the new one has loaded.
  const shown = useRef({ people, q, key })
  if (people.loaded.value || people.failure.value !== undefined) shown.current = { people, q, key }
  const close = () => leaveTo(linkTo('people'))
  return (
    <>
      <header class="bar">
        <h1>{t.people}</h1>
        <PeopleTools q={q} role={role} disabled={disabled} />
      </header>
      {note.value && <Notice tone="wait">{note.value}</Notice>}
      <LoadFailure failure={people.failure.value} again={() => void people.reload()} />
      <PeopleList key={shown.current.key} people={shown.current.people} searched={shown.current.q} />
      {id && (
        <PersonPanel
          key={id}
          id={id}
          onChanged={(person) => people.put(person)}
          onErased={() => {
            people.remove(id)
            close()
          }}
          onClose={close}
        />
      )}
    </>
  )
}
