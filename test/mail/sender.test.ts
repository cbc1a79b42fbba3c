import t, { type Test } from 'tap'
import type { DeliveryFailure } from '../../src/mail/message.js'
import { createOutbox, LEASE_MS, newMail } from '../../src/mail/outbox.js'
import { MailSender } from '../../src/mail/sender.js'
import { createSmtpTransport, type SmtpOptions } from '../../src/mail/smtp-transport.js'
import { addUser, engineDb } from '../helpers/engine-db.js'
import { eventually } from '../helpers/mail.js'
import { freePort } from '../helpers/ports.js'
import { refusal, startSilentServer, startSmtpServer } from '../helpers/smtp-server.js'

const DAY_MS = 24 * 60 * 60 * 1000

/** Opens an outbox, and senders that compose mails of one line. */
async function setup(t: Test) {
  const { db } = await engineDb(t)
  const userId = await addUser(db)
  const senders = new Set<MailSender>()
  const outbox = createOutbox({
    db,
    onQueued() {
      for (const sender of senders) sender.wake()
    },
  })
  const failures: { failure: DeliveryFailure; isLast: boolean }[] = []
  const open = (port: number, options: Partial<SmtpOptions> = {}) => {
    const sender = new MailSender({
      outbox: createOutbox({ db }),
      transport: createSmtpTransport({
        url: `smtp://127.0.0.1:${port}`,
        from: { name: 'Łamp & Co', address: 'shop@shop.test' },
        ...options,
      }),
      resolve: async () => {},
      compose: async ({ id, recipient }) => ({
        id,
        recipient,
        subject: 'Größe',
        text: `A link, ${'long '.repeat(30)}`,
        html: '<p>A link</p>',
      }),
      prune: async () => {},
      onSent: () => {},
      onFailed: (_mail, failure, isLast) => failures.push({ failure, isLast }),
      onError: (error) => {
        throw error
      },
      pollMs: 50,
    })
    senders.add(sender)
    t.teardown(() => sender.close())
    sender.wake()
    return sender
  }
  const queue = (recipient = 'ada@shop.test') => {
    const mail = newMail('email-change', userId, recipient)
    return db.write((tx, inDoubt) => outbox.queue(tx, mail, inDoubt)).then(() => mail.id)
  }
  /** Makes the next attempts due now. */
  const hurry = () =>
    db.write((tx) => tx.mail.updateMany({ where: { sentAt: null }, data: { nextAttemptAt: new Date(0) } }))
  const failed = (times: number) => eventually(() => failures.length >= times)
  const done = () => eventually(async () => (await db.read.mail.count({ where: { sentAt: null } })) === 0)
  return { db, outbox, failures, open, queue, hurry, failed, done }
}

t.test('a queued mail is delivered as plain text and HTML, from the shop', async (t) => {
  const { db, open, queue, done } = await setup(t)
  const server = await startSmtpServer(t)
  open(server.port)
  const id = await queue()
  await done()
  t.match(server.received, [{ to: 'ada@shop.test', text: /^A link, (long ){30}$/ }])
  const source = server.received[0]?.source ?? ''
  for (const header of [
    /^From: =\?UTF-8\?\S+ & Co\S* <shop@shop\.test>\r$|^From: .*<shop@shop\.test>\r$/m,
    /^Subject: =\?UTF-8\?Q\?Gr=C3=B6=C3=9Fe\?=\r$/m,
    new RegExp(`^Message-ID: <${id}@shop\\.test>\\r$`, 'm'),
    /^Auto-Submitted: auto-generated\r$/m,
    /^Content-Type: multipart\/alternative;/m,
    /^Content-Type: text\/html; charset=utf-8\r$/m,
  ])
    t.match(source, header)
  t.match(await db.read.mail.findMany(), [{ id, nextAttemptAt: null, attempts: 1 }])
})

t.test('a mail of a transaction that fails is not sent', async (t) => {
  const { db, outbox, open, queue, done } = await setup(t)
  const server = await startSmtpServer(t)
  open(server.port)
  const mail = newMail('email-change', null, 'nobody@shop.test')
  await t.rejects(
    db.write(async (tx, inDoubt) => {
      await outbox.queue(tx, { ...mail, userId: (await tx.user.findFirstOrThrow()).id }, inDoubt)
      throw new Error('on purpose')
    }),
    { message: 'on purpose' },
  )
  await queue()
  await done()
  t.match(server.received, [{ to: 'ada@shop.test' }])
})

t.test(
  'a mail that is refused for now or for good is tried again, with longer and longer pauses',
  async (t) => {
    const { db, failures, open, queue, hurry, failed, done } = await setup(t)
    const answers = [refusal(451), refusal(550, 'no such user'), refusal(421)]
    const server = await startSmtpServer(t, { answer: () => answers.shift() })
    open(server.port)
    await queue()
    const pauses: number[] = []
    for (const times of [1, 2, 3]) {
      await failed(times)
      await eventually(async () => (await db.read.mail.findFirst())?.attempts === times)
      const [row, now] = [await db.read.mail.findFirst(), await db.dialect.now(db.read)]
      pauses.push(Number(row?.nextAttemptAt) - now)
      t.equal(server.received.length, 0)
      await hurry()
    }
    await done()
    t.equal(server.received.length, 1)
    t.same(
      failures.map(({ failure, isLast }) => [failure.reply, isLast]),
      [
        [451, false],
        [550, false],
        [421, false],
      ],
    )
    const [first = 0, second = 0, third = 0] = pauses
    t.ok(first > 0 && first <= 10_000 && second > first && third > second, pauses.join())
  },
)

t.test('a mail that cannot be sent for a day is given up', async (t) => {
  const { db, failures, open, queue, hurry, failed } = await setup(t)
  const server = await startSmtpServer(t, { answer: () => refusal(550) })
  open(server.port)
  const id = await queue()
  await failed(1)
  t.equal(await db.read.mail.count(), 1)
  await db.write((tx) =>
    tx.mail.updateMany({ where: { id }, data: { createdAt: new Date(Date.now() - DAY_MS) } }),
  )
  await hurry()
  await failed(2)
  t.match(failures, [{ isLast: false }, { isLast: true }])
  t.equal(await db.read.mail.count(), 0)
})

t.test('a server that is down is tried once per look, and the mails are sent when it is back', async (t) => {
  const { failures, open, queue, hurry, failed, done } = await setup(t)
  const port = await freePort()
  open(port)
  for (const name of ['a', 'b', 'c']) await queue(`${name}@shop.test`)
  await failed(3)
  for (const { failure } of failures) t.match(failure, { reply: undefined, code: /^E[A-Z]+$/ })
  const server = await startSmtpServer(t, { port })
  await hurry()
  await done()
  t.same(server.received.map(({ to }) => to).toSorted(), ['a@shop.test', 'b@shop.test', 'c@shop.test'])
})

t.test('a server that says nothing costs one attempt its time, and no more', async (t) => {
  const { failures, open, queue, failed } = await setup(t)
  const silent = await startSilentServer(t)
  open(silent.port, { connectMs: 100 })
  await queue()
  await failed(1)
  t.match(failures, [{ failure: { code: 'ETIMEDOUT', reply: undefined } }])
})

t.test('a server that stops in the middle ends the attempt by its deadline', async (t) => {
  const { failures, open, queue, failed } = await setup(t)
  const server = await startSmtpServer(t, { onMailFrom() {} })
  open(server.port, { deliveryMs: 300 })
  await queue()
  await failed(1)
  t.match(failures, [{ failure: { code: 'ETIMEDOUT' } }])
})

t.test('closing ends the attempt in flight, and its mail is sent by the next start', async (t) => {
  const { db, open, queue, hurry, done } = await setup(t)
  const silent = await startSilentServer(t)
  const sender = open(silent.port)
  await queue()
  await eventually(() => silent.sockets.length > 0)
  const begun = performance.now()
  await sender.close()
  t.ok(performance.now() - begun < 9_000, 'before a supervisor would kill the process')
  t.match(await db.read.mail.findMany(), [{ sentAt: null, attempts: 1 }])
  await sender.close()
  const server = await startSmtpServer(t)
  await hurry()
  open(server.port)
  await done()
  t.equal(server.received.length, 1)
})

t.test('three senders send each mail once', async (t) => {
  const { open, queue, done } = await setup(t)
  const server = await startSmtpServer(t)
  for (let i = 0; i < 3; i++) open(server.port)
  const addresses = Array.from({ length: 20 }, (_, i) => `${String(i).padStart(2, '0')}@shop.test`)
  await Promise.all(addresses.map((address) => queue(address)))
  await done()
  t.same(server.received.map(({ to }) => to).toSorted(), addresses)
})

t.test('a mail of a process that was killed is sent by another, after its lease', async (t) => {
  const { db, outbox, open, queue, done } = await setup(t)
  const id = await queue()
  t.match(await outbox.claim(), { id, attempts: 1 })
  t.equal(await outbox.claim(), undefined, 'leased')
  const server = await startSmtpServer(t)
  open(server.port)
  const [row] = await db.read.mail.findMany()
  const left = Number(row?.nextAttemptAt) - (await db.dialect.now(db.read))
  t.ok(left > LEASE_MS / 2 && left <= LEASE_MS)
  t.equal(server.state.attempts, 0)
  await db.write((tx) => tx.mail.updateMany({ data: { nextAttemptAt: new Date(Date.now() - 1) } }))
  await done()
  t.equal(server.received.length, 1)
  t.match(await db.read.mail.findMany(), [{ attempts: 2 }])
})

t.test('a password is sent to a server on this machine, and a wrong one is a refusal', async (t) => {
  const { failures, open, queue, hurry, failed, done } = await setup(t)
  const names: string[] = []
  const server = await startSmtpServer(t, {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth({ username = '', password }, _session, callback) {
      names.push(username)
      callback(password === 'p:w' ? null : refusal(535), password === 'p:w' ? { user: username } : undefined)
    },
  })
  const wrong = open(server.port, { url: `smtp://shop%40x:wrong@127.0.0.1:${server.port}` })
  await queue()
  await failed(1)
  t.match(failures, [{ failure: { reply: 535 } }])
  await wrong.close()
  await hurry()
  open(server.port, { url: `smtp://shop%40x:p%3Aw@127.0.0.1:${server.port}` })
  await done()
  t.same(names, ['shop@x', 'shop@x'])
  t.equal(server.received.length, 1)
})
