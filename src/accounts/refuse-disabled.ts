import type { User } from '#prisma'
import { Problem, problems } from '../errors.js'

/** @throws Problem `account-disabled` for a disabled user */
export function refuseDisabled({ disabled }: Pick<User, 'disabled'>): void {
  if (disabled)
    throw new Problem(problems.accountDisabled, 'This account is disabled: ask an admin of the shop.')
}
