import type { Content } from './layout.js'

/** The mail with the link to confirm an email address. @param hours how long the link is valid */
export const emailVerification = (shop: string, link: string, hours: number): Content => ({
  subject: `Confirm your email address for ${shop}`,
  paragraphs: [
    `Please confirm that this is the email address of your account at ${shop}.`,
    `The link is valid for ${hours} hours, and once. A newer one replaces it.`,
    'If you have no account there, ignore this mail.',
  ],
  action: { label: 'Confirm the email address', link },
})
