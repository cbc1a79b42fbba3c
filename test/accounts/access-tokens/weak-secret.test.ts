import t from 'tap'
import { isRepetition, isSequence, weakness } from '../../../src/accounts/access-tokens/weak-secret.js'

t.test('a repetition may be partial at its end, and takes two periods', async (t) => {
  for (const text of ['aa', 'abab', 'ababa', 'abcabcab', 'xxxxxxx']) t.equal(isRepetition(text), true, text)
  for (const text of ['', 'a', 'ab', 'aba', 'abca', 'abcabd']) t.equal(isRepetition(text), false, text)
})

t.test('a sequence has more steps by one than half of its characters', async (t) => {
  for (const text of ['abc', '987654', 'abcdxyz', 'abcxyz12', 'aba']) t.equal(isSequence(text), true, text)
  for (const text of ['', 'a', 'ab', 'acegi', 'abxy', 'kfmqwzbt']) t.equal(isSequence(text), false, text)
})

t.test('a secret is weak if it is short of distinct characters, or a sample', async (t) => {
  const strong = 'Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK'
  t.equal(weakness(strong), undefined)
  t.match(weakness(strong.repeat(2)), /repeats/)
  t.match(weakness('abcdefghijklmnopqrstuvwxyz012345'), /sequence/)
  for (const word of ['changeme', 'Change-It', 'CHANGE_THIS', 'your-key', 'secret', 'stockroom', 'sample'])
    t.match(weakness(`${strong}${word}`), /sample or a placeholder/, word)
  t.match(weakness('abacabadabacabaeabacabadabacabaf'), /too few distinct/)
  t.match(weakness(strong.slice(0, 19)), /too few distinct/)
  t.equal(weakness(strong.slice(0, 24)), undefined)
})
