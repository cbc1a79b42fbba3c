import type { Content } from './layout.js'

/** The mail with the link to set a new password. @param minutes how long the link is valid */
export const passwordReset = (shop: string, link: string, minutes: number): Content => ({
  subject: `Set a new password for ${shop}`,
  paragraphs: [
    `Somebody asked to set a new password for your account at ${shop}.`,
    `The link is valid for ${minutes} minutes, and once. A newer one replaces it.`,
    'If this was not you, ignore this mail: your password stays as it is.',
  ],
  action: { label: 'Set a new password', link },
})
