import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { passwordFault } from '../../../src/accounts/passwords/password-rules.js'
import { ROOT } from '../../../src/paths.js'

t.test('a new password must be long enough, not too long, and not common', async (t) => {
  const faulty: [string, RegExp][] = [
    ['sevenCh', /at least 8 characters/],
    ['🔑🗝🔒🔓🔐🚪🏠', /at least 8 characters/], // 28 bytes, but seven characters
    [`correct horse ${'and on '.repeat(20)}`, /at most 128 characters/],
    ['long enough\0but cut', /NUL/],
    ['password', /a common password/],
    ['PassWord1', /a common password/],
    ['87654321', /a common password/],
    ['abcdefghijk', /a common password/],
    ['aaaaaaaa', /a common password/],
    ['ABCabcABC', /a common password/],
  ]
  for (const [password, fault] of faulty) t.match(passwordFault(password), fault, JSON.stringify(password))
})

t.test('a password may contain any characters, up to 128', async (t) => {
  const hundred28 = Array.from({ length: 128 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((i * 37) % 1000)),
  ).join('')
  for (const password of [
    '8 chars!',
    'kfmqwzbt',
    'KFMQWZBT',
    '59203846',
    '!"§$%&/()',
    'köttbullar',
    '🔑🗝🔒🔓🔐🚪🏠🐎',
    'Корабельный лес',
    'é'.repeat(100),
    hundred28,
  ])
    t.equal(passwordFault(password), undefined, password)
  t.match(passwordFault(`${hundred28}x`), /128/)
})

t.test('the three thousand most common leaked passwords of sufficient length are refused', async (t) => {
  const file = join(ROOT, 'src/accounts/passwords/common-passwords.txt')
  const list = readFileSync(file, 'utf8').trimEnd().split('\n')
  t.ok(list.length > 21_000, `${list.length}`)
  t.equal(new Set(list).size, list.length)
  t.same(
    list.filter((word) => word !== word.toLowerCase() || !/^[!-~]{8,128}$/.test(word)),
    [],
  )
  t.same(
    list.slice(0, 5),
    ['123456789', 'password', '12345678', 'password1', '1234567890'],
    'the commonest first',
  )
  const upper = (word: string) => word.toUpperCase()
  const padded = (word: string) => ` ${word} `
  const others = list.filter((_, i) => i >= 3_000 && i % 10 === 0)
  const passing = (word: string) => passwordFault(word) === undefined
  t.same(
    [...list.slice(0, 3_000).flatMap((word) => [word, upper(word), padded(word)]), ...others].filter(passing),
    [],
  )
  for (const part of ['wangyut', 'password\n12345678', 'kfmqwzbt'])
    t.not(
      passwordFault(part),
      'must not be a common password, a sequence or a repetition',
      'only whole entries count',
    )
})

t.test('blanks alone are no password, whatever their kind', async (t) => {
  for (const blank of [
    ' ',
    '\t',
    '\n',
    '\u00a0',
    '\u2003',
    '\u3000',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u3164',
    '\u2800',
  ])
    t.match(passwordFault(blank.repeat(20)), /blanks/, JSON.stringify(blank))
  t.match(passwordFault(' \t \u3000\n \u200b\u00a0 \t'), /blanks/)
  t.equal(passwordFault('   . k \u3000 x'), undefined)
})

/** A character of any script, without the halves of surrogate pairs. */
const character = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((c) => c !== '\0')

t.test('the length of a password counts code points', async (t) => {
  fc.assert(
    fc.property(fc.array(character, { maxLength: 140 }), (characters) => {
      const fault = passwordFault(characters.join(''))
      if (characters.length < 8) return fault === 'must have at least 8 characters'
      if (characters.length > 128) return fault === 'must have at most 128 characters'
      return fault === undefined || /most common|blanks/.test(fault)
    }),
  )
  t.match(passwordFault('x\0'.repeat(10)), /NUL/)
})
