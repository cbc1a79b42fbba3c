import type { ManagedUserView } from '../../contract/user'
import { count, fullTime } from '../formats'
import { t } from '../languages/people'
import { t as shared } from '../languages/shared'
import { isMe, roleNames } from './roles'

/** The data of a person. */
export const PersonFacts = ({ person }: { person: ManagedUserView }) => (
  <>
    <div class="subject">
      <strong dir="auto">
        {person.name}
        {isMe(person.id) && ` ${t.you}`}
      </strong>
      <span>{person.email}</span>
    </div>
    <dl class="facts">
      <dt>{t.role}</dt>
      <dd>{roleNames()[person.role]}</dd>
      <dt>{t.access}</dt>
      <dd>{person.disabled ? t.disabledMayNotSign : t.active}</dd>
      <dt>{shared.orders}</dt>
      <dd>{count(person.orders)}</dd>
      <dt>{t.lastSeen}</dt>
      <dd>{person.lastSeenAt ? fullTime(person.lastSeenAt) : t.never}</dd>
      <dt>{t.since}</dt>
      <dd>{fullTime(person.createdAt)}</dd>
      <dt>{t.id}</dt>
      <dd class="id">{person.id}</dd>
    </dl>
  </>
)
