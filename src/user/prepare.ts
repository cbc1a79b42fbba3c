import { resetMfa as removeFactors } from '../accounts/users/reset-mfa.js'
import { setPassword } from '../accounts/users/set-password.js'
import { SYSTEM } from '../stream/origin.js'
import type { Command } from './arguments.js'
import { listUsers } from './list.js'
import { newPassword, tellPassword } from './new-password.js'
import type { Shop } from './shop.js'

/** A command ready to run. */
export interface Prepared {
  /** What it will do; undefined if it changes nothing. */
  plan?: string
  /** Carries it out. @returns a description of what was done */
  act(): Promise<string>
}

type Prepare = (shop: Shop, command: Command) => Promise<Prepared>

const create: Prepare = async (shop, { email, person, role = 'customer', passwordFrom }) => {
  const { db, accounts, shopName } = shop
  if (await db.read.user.findUnique({ where: { email } })) throw new Error(`${email} has an account already.`)
  const name = person ?? email.split('@', 1)[0] ?? email
  return {
    plan: `This creates the account ${email} of ${name}, with the role ${role}.`,
    async act() {
      const made = await newPassword(passwordFrom, { name, email, shop: shopName })
      await accounts.register({ name, email, password: made.password }, undefined, { origin: SYSTEM, role })
      return `The account ${email} was created, with the role ${role}.${tellPassword(made)}`
    },
  }
}

const promote: Prepare = async ({ users, userOf }, { email, role = 'admin', enable }) => {
  const { id, role: before, disabled } = await userOf(email)
  const enables = enable && disabled
  const state = disabled && !enable ? ' The account is disabled: --enable ends that.' : ''
  if (before === role && !enables)
    return { act: async () => `${email} has the role ${role} already: nothing was changed.${state}` }
  const enabling = enables ? ' and enables the account' : ''
  return {
    plan: `This gives ${email} the role ${role} instead of ${before}${enabling}.${state}`,
    async act() {
      await users.change(id, { role, ...(enables && { disabled: false }) })
      return `${email} has the role ${role}.`
    },
  }
}

const resetPassword: Prepare = async ({ db, sessions, passwords, shopName, userOf }, command) => {
  const { email, passwordFrom } = command
  const { id, name } = await userOf(email)
  return {
    plan: `This sets a new password for ${email} (${name}), ends every session, and lifts the lock on guesses.`,
    async act() {
      const made = await newPassword(passwordFrom, { name, email, shop: shopName })
      await setPassword({ db, sessions }, id, await passwords.hash(made.password))
      return `${email} has a new password, and every session has ended.${tellPassword(made)}`
    },
  }
}

const unlock: Prepare = async ({ users, userOf }, { email }) => {
  const { id, name } = await userOf(email)
  return {
    plan: `This lifts the lock on guesses at the password of ${email} (${name}).`,
    async act() {
      await users.unlock(id)
      return `The lock of ${email} is lifted.`
    },
  }
}

const resetMfa: Prepare = async ({ db, sessions, userOf }, { email }) => {
  const { id, name, mfa } = await userOf(email)
  if (!mfa) return { act: async () => `${email} has no second factor: nothing was changed.` }
  return {
    plan: `This removes the authenticator app, passkeys and recovery codes of ${email} (${name}), and ends every session.`,
    async act() {
      await removeFactors({ db, sessions }, id)
      return `${email} signs in with the password alone, and every session has ended.`
    },
  }
}

const list: Prepare = async ({ db }, command) => ({ act: () => listUsers(db, command) })

const PREPARE: Record<Command['name'], Prepare> = {
  create,
  promote,
  'reset-password': resetPassword,
  'reset-mfa': resetMfa,
  unlock,
  list,
}

/** Reads what `command` is about, and returns what it will do. @throws Error if that is impossible */
export const prepare: Prepare = (shop, command) => PREPARE[command.name](shop, command)
