import type { ManagedUserView } from '../../contract/user'
import { count, when } from '../formats'
import { t } from '../languages/people'
import { t as shared } from '../languages/shared'
import type { PagedRows } from '../parts/paged-rows'
import { VirtualList } from '../parts/virtual-list'
import { linkTo } from '../routing'
import { isMe, roleNames } from './roles'

const ROW_HEIGHT = 45
const NARROW_ROW_HEIGHT = 73
/** The server counts no further. */
const MANY_ORDERS = 10_000

const columns = {
  person: shared.name,
  email: shared.email,
  role: t.role,
  orders: shared.orders,
  seen: t.lastSeen,
}

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
    return people.failure.value ? null : <div class="empty quiet">{t.loadingPeople}</div>
  const nobody = (
    <div class="empty">
      <strong>{searched ? t.nobodyIsCalled(searched) : t.nobodyHere}</strong>
      <span class="quiet">{searched ? t.tryTheBeginningOf : t.chooseOtherFilters}</span>
    </div>
  )
  return (
    <VirtualList
      label={t.people}
      rows={people}
      rowHeight={ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      header={header}
      onNearEnd={() => people.failure.peek() === undefined && void people.more()}
      footer={
        people.length === 0 ? (
          nobody
        ) : people.loading.value ? (
          <p class="end quiet">{t.loadingMorePeople}</p>
        ) : null
      }
    >
      {(person) => (
        <>
          <span class="cell person" role="cell">
            <a href={linkTo('people', person.id)} title={person.name} dir="auto">
              {person.name}
            </a>
            {isMe(person.id) && ` ${t.you}`}
          </span>
          <span class="cell email" role="cell" title={person.email}>
            {person.email}
          </span>
          <span class="cell role" role="cell">
            {roleNames()[person.role]}
            {person.disabled && <span class="mark cancelled">{t.disabled}</span>}
          </span>
          <span class="cell orders" role="cell">
            <span class="number">{ordersOf(person)}</span>
            <span class="with-unit">{shared.nOrder(person.orders)}</span>
          </span>
          <span class="cell seen" role="cell">
            {person.lastSeenAt ? when(person.lastSeenAt) : t.never}
          </span>
        </>
      )}
    </VirtualList>
  )
}
