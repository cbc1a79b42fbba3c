import { roles } from '../../contract/user'
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
    <SearchBox label="Search people" name="q" value={q} maxLength={254} />
    <select
      aria-label="Role"
      value={role}
      onChange={({ currentTarget: { value } }) => setQuery({ role: value })}
    >
      <option value="">Any role</option>
      {roles.map((name) => (
        <option key={name} value={name}>
          {roleNames[name]}
        </option>
      ))}
    </select>
    <select
      aria-label="Access"
      value={disabled}
      onChange={({ currentTarget: { value } }) => setQuery({ disabled: value })}
    >
      <option value="">Any access</option>
      <option value="false">Active</option>
      <option value="true">Disabled</option>
    </select>
  </search>
)
