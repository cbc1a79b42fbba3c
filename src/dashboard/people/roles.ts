import { computed } from '@preact/signals'
import type { Role } from '../../contract/user'
import { t } from '../languages/people'
import { t as shared } from '../languages/shared'
import { session } from '../session/session'

export const roleNames = (): Record<Role, string> => ({
  customer: shared.customer,
  staff: t.staff,
  admin: t.admin,
})

/** The signed-in user, if any. */
const me = computed(() => ('user' in session.value ? session.value.user : undefined))

/** Whether the signed-in user is an admin. Staff read users, and only admins change them. */
export const isAdmin = computed(() => me.value?.role === 'admin')

export const isMe = (id: string): boolean => me.value?.id === id
