import type { Page } from 'playwright-core'
import { answer, type State } from './state.js'

const press = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click()
/** The answer of a refresh, as for a user with a second factor. */
const withMfa = (real: Record<string, unknown>) => ({ ...real, user: { ...Object(real.user), mfa: true } })
const passkey = {
  id: '1',
  name: 'Phone',
  createdAt: '2026-01-02T03:04:05.678Z',
  lastUsedAt: null,
  backedUp: true,
}
const newKey = {
  id: '1',
  name: 'Scanner',
  prefix: 'sk_1234',
  scopes: ['orders:read'],
  createdAt: '2026-01-02T03:04:05.678Z',
  lastUsedAt: null,
  expiresAt: null,
  key: 'sk_123456789',
}

/** Dialogs of the account's page. */
export const statesOfAccount: State[] = [
  {
    name: 'typed text of a page, to keep or to discard',
    place: '#/account',
    open: async (page) => {
      await page.getByRole('main').getByLabel('Name', { exact: true }).fill('Somebody else')
      await page.getByRole('link', { name: 'Inventory' }).click()
    },
    shows: 'Go on typing',
    dialog: 'parts/guarded-page.tsx',
  },
  {
    name: 'an app to set up',
    place: '#/account',
    open: press('Set up an app…'),
    shows: 'Continue',
    dialog: 'account/mfa/two-step.tsx',
  },
  {
    name: 'codes to turn off',
    place: '#/account',
    answers: { '**/auth/mfa': answer({ totp: true, recoveryCodesLeft: 8 }), '**/auth/refresh': withMfa },
    open: press('Turn codes off…'),
    shows: 'Keep them on',
    dialog: 'account/mfa/turn-off-dialog.tsx',
  },
  {
    name: 'recovery codes to renew',
    place: '#/account',
    answers: { '**/auth/mfa': answer({ totp: true, recoveryCodesLeft: 1 }), '**/auth/refresh': withMfa },
    open: press('New recovery codes…'),
    shows: 'Make new codes',
    dialog: 'account/mfa/new-codes-dialog.tsx',
  },
  {
    name: 'a passkey to add',
    place: '#/account',
    open: press('Add passkey…'),
    shows: /By which you tell it from others/,
    dialog: 'account/passkeys/add-passkey-dialog.tsx',
  },
  {
    name: 'a passkey to remove',
    place: '#/account',
    answers: { '**/auth/passkeys': answer({ items: [passkey] }) },
    open: press('Remove Phone'),
    shows: 'Remove passkey',
    dialog: 'account/passkeys/remove-passkey-dialog.tsx',
  },
  {
    name: 'a key to create, with faults',
    place: '#/account',
    open: async (page) => {
      await press('Create key…')(page)
      await press('Create key')(page)
    },
    shows: 'Choose what the program may do.',
    dialog: 'account/api-keys/new-key-dialog.tsx',
  },
  {
    name: 'a key that is shown once',
    place: '#/account',
    answers: {
      '**/api-keys': (real) => ('items' in real ? real : newKey),
    },
    open: async (page) => {
      await press('Create key…')(page)
      await page.getByRole('dialog').getByLabel('Name').fill('Scanner')
      await page.getByLabel('orders:read').check()
      await press('Create key')(page)
    },
    shows: /it is not shown again/,
    dialog: 'parts/shown-secret.tsx',
  },
  {
    name: 'a key to rotate',
    place: '#/account',
    open: press('Rotate Old till'),
    shows: 'How long the previous key stays valid',
    dialog: 'account/api-keys/rotate-key-dialog.tsx',
  },
  {
    name: 'a key to delete',
    place: '#/account',
    open: press('Delete Old till'),
    shows: 'Delete the key',
    dialog: 'account/api-keys/delete-key-dialog.tsx',
  },
]
