import { customer, submitSignIn } from '../browser.js'
import { answer, FAILED, failed, refuse, type State } from './state.js'

const secondStep = refuse(401, 'mfa-required', { mfaToken: 'x', methods: ['totp', 'recovery'] })
const boss = {
  id: '1',
  name: 'Ada',
  email: customer.email,
  emailVerified: true,
  mfa: false,
  role: 'admin',
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
}

/** Pages without a session. */
export const statesOfGates: State[] = [
  { name: 'the sign-in', place: '', shows: 'The dashboard is for admins and staff of this shop.' },
  {
    name: 'a wrong password',
    place: '',
    open: (page) => submitSignIn(page, { ...customer, password: 'not the password' }),
    shows: 'Email or password is wrong.',
  },
  {
    name: 'the second step',
    place: '',
    open: async (page) => {
      await page.route('**/auth/login', (route) => route.fulfill(secondStep))
      await submitSignIn(page)
    },
    shows: /Six digits of your authenticator app/,
  },
  { name: 'a forgotten password', place: '#/forgot', shows: 'A link that sets a new one comes by mail.' },
  {
    name: 'a forgotten password, failed',
    place: '#/forgot',
    answers: { '**/auth/password/forgot': failed },
    open: async (page) => {
      await page.getByLabel('Email').fill(customer.email)
      await page.getByRole('button', { name: 'Send the link' }).click()
    },
    shows: FAILED,
  },
  {
    name: 'a link on its way',
    place: '#/forgot',
    open: async (page) => {
      await page.getByLabel('Email').fill(customer.email)
      await page.getByRole('button', { name: 'Send the link' }).click()
    },
    shows: 'Look at your mail',
  },
  { name: 'a new password', place: '#/reset/x', shows: 'Set password' },
  {
    name: 'a new password, with a fault',
    place: '#/reset/x',
    open: async (page) => {
      await page.getByLabel('New password').fill('password1')
      await page.getByRole('button', { name: 'Set password' }).click()
    },
    shows: /must not be a common password|no longer works/,
  },
  { name: 'a link that was used', place: '#/reset/', shows: 'This link no longer works' },
  { name: 'an address to confirm', place: '#/verify/x', shows: 'Confirm your email address' },
  {
    name: 'an address that is confirmed',
    place: '#/verify/x',
    answers: { '**/auth/email/verify': answer({}) },
    open: (page) => page.getByRole('button', { name: 'Confirm' }).click(),
    shows: 'Your email address is confirmed',
  },
  {
    name: 'the page of a customer',
    place: '',
    open: (page) => submitSignIn(page, customer),
    shows: 'This page is for admins and staff',
  },
  {
    name: 'codes that are required',
    place: '',
    answers: {
      '**/auth/refresh': answer({ accessToken: 'x', expiresIn: 900, user: boss }),
      '**/orders?*': refuse(403, 'mfa-setup-required'),
    },
    shows: 'Set up two-step sign-in',
  },
]
