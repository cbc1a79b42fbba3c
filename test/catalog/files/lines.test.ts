import fc from 'fast-check'
import t from 'tap'
import { type FileLine, linesOf, MAX_FILE_BYTES, MAX_LINE_BYTES } from '../../../src/catalog/files/lines.js'
import { cases } from '../../helpers/effort.js'

async function* sent(...chunks: (string | number[] | Buffer)[]) {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk)
}

async function read(...chunks: (string | number[] | Buffer)[]): Promise<FileLine[]> {
  const lines: FileLine[] = []
  for await (const group of linesOf(sent(...chunks))) lines.push(...group)
  return lines
}

const bytesOf = (text: string) => [...Buffer.from(text)].map((byte) => [byte])

t.test('lines are those of the text, wherever it is cut into pieces', async (t) => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ü', '王', '😀', '\ufeff', '\r', ' '), maxLength: 8 })
  const property = fc.asyncProperty(
    fc.array(line, { minLength: 1, maxLength: 6 }),
    fc.boolean(),
    fc.array(fc.nat(60), { maxLength: 4 }),
    async (texts, isEnded, cuts) => {
      const text = texts.join('\n') + (isEnded ? '\n' : '')
      const file = Buffer.from(text)
      if (file.length === 0) return
      const ends = [...cuts.sort((a, b) => a - b), file.length]
      const pieces = ends.map((end, i) => file.subarray(ends[i - 1] ?? 0, end))
      const expected = text.split('\n').map((one) => (one.endsWith('\r') ? one.slice(0, -1) : one))
      if (text.endsWith('\n')) expected.pop()
      if (expected[0]?.startsWith('\ufeff')) expected[0] = expected[0].slice(1)
      const lines = await read(...pieces)
      t.same(
        lines,
        expected.map((one, i) => ({ line: i + 1, text: one })),
      )
    },
  )
  await fc.assert(property, { numRuns: cases(200) })
})

t.test('a line has 16 KiB at most: the rest of a longer one is passed over', async (t) => {
  const most = 'x'.repeat(MAX_LINE_BYTES)
  const tooLong = (line: number) => ({ line, text: '', fault: 'length' })
  t.same(await read(`a\n${most}\nb`), [
    { line: 1, text: 'a' },
    { line: 2, text: most },
    { line: 3, text: 'b' },
  ])
  for (const pieces of [
    [most, '\nb'],
    [`${most}\n`, 'b'],
    [most.slice(1), 'x', '\nb'],
  ])
    t.same(
      await read(...pieces),
      [
        { line: 1, text: most },
        { line: 2, text: 'b' },
      ],
      'with its end in the next piece',
    )
  const end = { line: 3, text: 'b' }
  for (const [name, middle] of Object.entries({
    'in one piece': [`${most}x\nb`],
    'with its end in the next piece': [`${most}x`, '\nb'],
    'in many pieces': [most, most, 'x', `${most}\nb`],
    'without a byte of the next line': [`${most}x`, 'xx\n', 'b'],
  }))
    t.same(await read('a\n', ...middle), [{ line: 1, text: 'a' }, tooLong(2), end], name)
  t.same(await read(`${most}x`, most), [tooLong(1)], 'up to the end of the file')
  t.same(await read(most, 'x\n\n'), [tooLong(1), { line: 2, text: '' }])
})

t.test('a line that is not in UTF-8 is at fault, and no other', async (t) => {
  const latin1 = Buffer.from('Café', 'latin1')
  const lines = await read('Café\r\n', Buffer.concat([Buffer.from('Tür\r\n'), latin1, Buffer.from('\n王\n')]))
  t.same(lines, [
    { line: 1, text: 'Café' },
    { line: 2, text: 'Tür' },
    { line: 3, text: '', fault: 'encoding' },
    { line: 4, text: '王' },
  ])
  t.same(await read([0xff, 0x41, 0x0a]), [{ line: 1, text: '', fault: 'encoding' }])
  t.same(await read([0xfe, 0x41, 0x0a]), [{ line: 1, text: '', fault: 'encoding' }])
  t.same(await read([0x41, 0xfe]), [{ line: 1, text: '', fault: 'encoding' }])
  t.same(await read([0x41, 0xff]), [{ line: 1, text: '', fault: 'encoding' }])
})

t.test('UTF-16 is told by its first two bytes, however they arrive', async (t) => {
  const text = 'sku,name\nA,B\n'
  const little = Buffer.from(text, 'utf16le')
  const big = Buffer.from(little).swap16()
  const marked = Buffer.from(`\ufeff${text}`, 'utf16le')
  for (const file of [little, big, marked, Buffer.from(marked).swap16()]) {
    await t.rejects(read(file), { code: 'invalid-request', message: /UTF-16/ })
    await t.rejects(read(...[...file].map((byte) => [byte])), { message: /UTF-16/ }, 'byte by byte')
  }
  t.same(await read(...bytesOf('\na\0\0b\n')), [
    { line: 1, text: '' },
    { line: 2, text: 'a\0\0b' },
  ])
  t.same(await read(...bytesOf('ab\0')), [{ line: 1, text: 'ab\0' }], 'a zero later on is a character')
})

t.test('a file has at least a byte, and 50 MiB at most', async (t) => {
  await t.rejects(read(), { code: 'invalid-request', message: /is empty/ })
  await t.rejects(read('', ''), { message: /is empty/ })
  t.same(await read('\n'), [{ line: 1, text: '' }])
  const piece = Buffer.alloc(MAX_FILE_BYTES / 10, 'x')
  const pieces = Array.from({ length: 10 }, () => piece)
  t.same(await read(...pieces), [{ line: 1, text: '', fault: 'length' }])
  await t.rejects(read(...pieces, 'x'), { code: 'body-too-large', statusCode: 413 })
})
