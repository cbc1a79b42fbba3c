import { roles } from '../../contract/user'
import { t } from '../languages/people'
import { SearchBox } from '../parts/search-box'
import { setQuery } from '../routing'
import { roleNames } from './roles'

interface PeopleToolsProps {
  q: string
  role: string
  disabled: string
}

/** Search and filters of the list of people. */
export const PeopleTools = ({ q, role, disabled }: PeopleToolsProps) => (
  <search class="tools">
    <SearchBox label={t.searchPeople} name="q" value={q} maxLength={254} />
    <select
      aria-label={t.role}
      value={role}
      onChange={({ currentTarget: { value } }) => setQuery({ role: value })}
    >
      <option value="">{t.anyRole}</option>
      {roles.map((name) => (
        <option key={name} value={name}>
          {roleNames()[name]}
        </option>
      ))}
    </select>
    <select
      aria-label={t.access}
      value={disabled}
      onChange={({ currentTarget: { value } }) => setQuery({ disabled: value })}
    >
      <option value="">{t.anyAccess}</option>
      <option value="false">{t.active}</option>
      <option value="true">{t.disabled}</option>
    </select>
  </search>
)
