import type { Message } from './message.js'

/** `NAME <ADDRESS>` or an address, as MAIL_FROM has it. */
const FROM = /^(?:"?([^"<>\p{Cc}]*?)"? *<([^\s<>@"]+@[^\s<>@"]+)>|([^\s<>@"]+@[^\s<>@"]+))$/u

/** Parses MAIL_FROM; undefined if it is not valid. @param name the name for an address without one */
export function parseSender(text: string, name: string): Sender | undefined {
  const [match, given, address, bare] = FROM.exec(text.trim()) ?? []
  if (match === undefined) return undefined
  return { name: given || name, address: address ?? bare ?? '' }
}

/** The sender of a mail. */
export interface Sender {
  name: string
  address: string
}

/** A message in its form on the wire (RFC 5322), and its envelope (RFC 5321). */
export interface Encoded {
  from: string
  to: string
  data: Buffer
}

/** Encodes a message. Loads nodemailer at the first use: a start does without it. */
export async function encode({ id, recipient, ...content }: Message, from: Sender): Promise<Encoded> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const node = new MailComposer({
    from,
    to: { name: '', address: recipient },
    messageId: `<${id}@${from.address.split('@').at(-1)}>`,
    // Answered by no vacation responder (RFC 3834, 2).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
    ...content,
  }).compile()
  return { from: from.address, to: recipient, data: await node.build() }
}
