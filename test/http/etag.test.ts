import t from 'tap'
import { acceptedBy, alreadyHeld } from '../../src/http/etag.js'

const TAG = '"0a1b2c3d-7"'

t.test('a list of tags may have empty elements, and tags with commas', async (t) => {
  const accepts = (header: string) => acceptedBy(header, '0a1b2c3d')?.(7n)
  for (const header of [
    TAG,
    ` ${TAG} `,
    `${TAG},`,
    `,${TAG}`,
    ` , ,${TAG},,"x" ,`,
    `"a,b", ${TAG}`,
    `W/"a,", ${TAG}`,
    '*',
    ' * ',
  ]) {
    t.equal(accepts(header), true, header)
    t.equal(alreadyHeld(header, TAG), true, header)
  }
  const torn = `"x,${TAG}"`
  for (const header of [
    '',
    ',',
    '"x"',
    `"x" ${TAG}`,
    `${TAG}x`,
    torn,
    TAG.slice(1),
    TAG.slice(0, -1),
    `*, ${TAG}`,
    `w/${TAG}`,
  ]) {
    t.equal(accepts(header), false, header)
    t.equal(alreadyHeld(header, TAG), false, header)
  }
  t.equal(acceptedBy(undefined, '0a1b2c3d'), undefined)
  t.equal(accepts(`W/${TAG}`), false, 'If-Match compares strongly')
  t.equal(alreadyHeld(`W/${TAG}`, TAG), true, 'If-None-Match compares weakly')
})

t.test('a hostile list takes no time', async (t) => {
  const start = performance.now()
  for (const part of ['"a,', '","', ',', ' ', '"a" ', 'W/"', '\t,'])
    alreadyHeld(`${part.repeat(16_000 / part.length)}x`, TAG)
  t.ok(performance.now() - start < 500)
})
