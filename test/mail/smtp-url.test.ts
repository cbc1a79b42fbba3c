import t from 'tap'
import { parseSender } from '../../src/mail/encode.js'
import { parseSmtpUrl } from '../../src/mail/smtp-url.js'

t.test('the URL of a mail server names its port, its TLS and its account', async (t) => {
  const none = { auth: undefined, requireTLS: false }
  t.same(parseSmtpUrl('smtp://mail.test'), { host: 'mail.test', port: 587, secure: false, ...none })
  t.same(parseSmtpUrl('smtps://mail.test'), { host: 'mail.test', port: 465, secure: true, ...none })
  t.same(parseSmtpUrl('smtp://[::1]:2525'), { host: '::1', port: 2525, secure: false, ...none })
  t.match(parseSmtpUrl('smtps://a%40b:c%2Fd@mail.test'), {
    auth: { user: 'a@b', pass: 'c/d' },
    requireTLS: false,
  })
})

t.test('no password leaves the machine without TLS', async (t) => {
  t.equal(parseSmtpUrl('smtp://a:b@mail.test').requireTLS, true)
  t.equal(parseSmtpUrl('smtp://a:b@10.0.0.1').requireTLS, true)
  for (const local of ['localhost', '127.0.0.1', '[::1]'])
    t.equal(parseSmtpUrl(`smtp://a:b@${local}`).requireTLS, false, local)
})

t.test('a sender has a name: its own, or that of the shop', async (t) => {
  t.same(parseSender('a@b.test', 'Shop'), { name: 'Shop', address: 'a@b.test' })
  t.same(parseSender('<a@b.test>', 'Shop'), { name: 'Shop', address: 'a@b.test' })
  t.same(parseSender(' "Bramble, Lamps" <a@b.test> ', 'Shop'), {
    name: 'Bramble, Lamps',
    address: 'a@b.test',
  })
  for (const bad of ['a', 'a@', '@b', 'a@b@c', 'A <a@b> x', 'A\n<a@b>'])
    t.equal(parseSender(bad, 'Shop'), undefined, bad)
})
