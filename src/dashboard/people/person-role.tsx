import { useSignal } from '@preact/signals'
import { type ManagedUserView, type Role, roles } from '../../contract/user'
import { call } from '../api/call'
import { t } from '../languages/people'
import { useAction } from '../parts/action'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import type { PersonControlProps } from './person-control'
import { roleNames } from './roles'

const meanings: Record<Role, string> = {
  customer: t.ordersForThemselvesCant,
  staff: t.movesOrdersAlongAdjusts,
  admin: t.mayDoEverythingProducts,
}

/** Changes the role of a person. */
export function PersonRole({ person, onChanged }: PersonControlProps) {
  const role = useSignal(person.role)
  const done = useSignal(false)
  const action = useAction()
  const { busy, run } = action
  const isLower = roles.indexOf(role.value) < roles.indexOf(person.role)

  const submit = async (event: Event) => {
    event.preventDefault()
    done.value = await run(async (retryOptions) => {
      const options = { body: { role: role.value }, idempotent: true, ...retryOptions }
      onChanged((await call<ManagedUserView>('PATCH', `/users/${person.id}`, options)).body)
    })
  }
  return (
    <form class="form part" onSubmit={submit}>
      <h3>{t.role}</h3>
      <Progress action={action} />
      {done.value && role.value === person.role && <Notice tone="good">{t.theRoleIsChanged}</Notice>}
      <label class="field">
        <span class="unseen">{t.newRole}</span>
        <select
          aria-describedby="role-meaning"
          value={role.value}
          onChange={({ currentTarget: { value } }) => (role.value = value as Role)}
        >
          {roles.map((name) => (
            <option key={name} value={name}>
              {roleNames()[name]}
            </option>
          ))}
        </select>
        <small id="role-meaning">
          {meanings[role.value]}
          {isLower && ` ${t.aLowerRole}`}
        </small>
      </label>
      <footer class="actions">
        <button
          class="button"
          type="submit"
          aria-disabled={busy.value}
          disabled={role.value === person.role && !busy.value}
        >
          {busy.value ? t.changing : t.changeRole}
        </button>
      </footer>
    </form>
  )
}
