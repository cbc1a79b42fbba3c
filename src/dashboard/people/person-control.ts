import type { ManagedUserView } from '../../contract/user'

/** What a control of the panel works on. */
export interface PersonControlProps {
  person: ManagedUserView
  /** Shows the person as the server answered. */
  onChanged: (person: ManagedUserView) => void
}
