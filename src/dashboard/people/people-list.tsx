import type { ManagedUserView } from '../../contract/user'
import { count, when } from '../formats'
import type { PagedRows } from '../parts/paged-rows'
import { VirtualList } from '../parts/virtual-list'
import { linkTo } from '../routing'
import { isMe, roleNames } from './roles'

const ROW_HEIGHT = 45
const NARROW_ROW_HEIGHT = 73
/** The server counts no further. */
const MANY_ORDERS = 10_000

const columns = { person: 'Name', email: 'Email', role: 'Role', orders: 'Orders', seen: 'Last seen' }

const header = Object.entries(columns).map(([name, label]) => (
  <span role="columnheader" class={`cell ${name}`} key={name}>
    {label}
  </span>
))

const ordersOf = ({ orders }: ManagedUserView) =>
  orders >= MANY_ORDERS ? `${count(MANY_ORDERS)}+` : count(orders)

interface PeopleListProps {
  people: PagedRows<ManagedUserView>
  /** The searched text. */
  searched: string
}

/** Rows of people, loaded as they are scrolled to. */
export function PeopleList({ people, searched }: PeopleListProps) {
  void people.version.value // subscribes to the rows, which are no signals
  if (!people.loaded.value)
    return people.failure.value ? null : <div class="empty quiet">Loading people…</div>
  const nobody = (
    <div class="empty">
      <strong>{searched ? `Nobody is called “${searched}”` : 'Nobody here'}</strong>
      <span class="quiet">
        {searched ? 'Try the beginning of a name or of an email address.' : 'Choose other filters.'}
      </span>
    </div>
  )
  return (
    <VirtualList
      label="People"
      rows={people}
      rowHeight={ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      header={header}
      onNearEnd={() => people.failure.peek() === undefined && void people.more()}
      footer={
        people.length === 0 ? (
          nobody
        ) : people.loading.value ? (
          <p class="end quiet">Loading more people…</p>
        ) : null
      }
    >
      {(person) => (
        <>
          <span class="cell person" role="cell">
            <a href={linkTo('people', person.id)} title={person.name} dir="auto">
              {person.name}
            </a>
            {isMe(person.id) && ' (you)'}
          </span>
          <span class="cell email" role="cell" title={person.email}>
            {person.email}
          </span>
          <span class="cell role" role="cell">
            {roleNames[person.role]}
            {person.disabled && <span class="mark cancelled">Disabled</span>}
          </span>
          <span class="cell orders" role="cell">
            {ordersOf(person)}
          </span>
          <span class="cell seen" role="cell">
            {person.lastSeenAt ? when(person.lastSeenAt) : 'Never'}
          </span>
        </>
      )}
    </VirtualList>
  )
}
