import type { Content } from './layout.js'

/** The mail to the present address of an account about its replacement. */
export const emailChange = (shop: string): Content => ({
  subject: `The email address of your account at ${shop}`,
  paragraphs: [
    `Another email address was entered for your account at ${shop}, with your password. It counts once it is confirmed from there.`,
    'If this was not you, change your password now: that voids the confirmation, and ends every other session.',
  ],
})
