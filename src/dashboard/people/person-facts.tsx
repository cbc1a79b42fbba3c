import type { ManagedUserView } from '../../contract/user'
import { count, fullTime } from '../formats'
import { isMe, roleNames } from './roles'

/** The data of a person. */
export const PersonFacts = ({ person }: { person: ManagedUserView }) => (
  <>
    <div class="subject">
      <strong dir="auto">
        {person.name}
        {isMe(person.id) && ' (you)'}
      </strong>
      <span>{person.email}</span>
    </div>
    <dl class="facts">
      <dt>Role</dt>
      <dd>{roleNames[person.role]}</dd>
      <dt>Access</dt>
      <dd>{person.disabled ? 'Disabled: may not sign in' : 'Active'}</dd>
      <dt>Orders</dt>
      <dd>{count(person.orders)}</dd>
      <dt>Last seen</dt>
      <dd>{person.lastSeenAt ? fullTime(person.lastSeenAt) : 'Never'}</dd>
      <dt>Since</dt>
      <dd>{fullTime(person.createdAt)}</dd>
      <dt>Id</dt>
      <dd class="id">{person.id}</dd>
    </dl>
  </>
)
