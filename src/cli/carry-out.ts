import type { Prepared } from '../user/prepare.js'
import { confirm } from '../user/terminal.js'

/** Carries out a prepared command and prints its result; asks before a change, unless `yes`. */
export async function carryOut({ plan, act }: Prepared, yes = false): Promise<void> {
  if (plan !== undefined && !yes && !(await confirm(plan))) throw new Error('it was not confirmed.')
  console.log(await act())
}
