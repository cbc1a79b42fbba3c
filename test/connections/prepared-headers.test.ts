import t from 'tap'
import { prepareHeaders } from '../../src/connections/prepared-headers.js'

const linesBeside = prepareHeaders({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' })
const ALL = 'cache-control: no-store\r\nx-frame-options: DENY\r\n'
const FRAMES = 'x-frame-options: DENY\r\n'

t.test('all headers are added to a response that has none of them', async (t) => {
  t.equal(linesBeside(undefined), ALL)
  t.equal(linesBeside({}), ALL)
  t.equal(linesBeside({ etag: '"1"', constructor: 'x' }), ALL)
  t.equal(linesBeside(['ETag', '"1"']), ALL)
})

t.test('headers that the response has, in any case and form, are left out', async (t) => {
  t.equal(linesBeside({ 'cache-control': 'no-cache' }), FRAMES)
  t.equal(linesBeside({ 'Cache-Control': 'no-cache', 'content-type': 'text/html' }), FRAMES)
  t.equal(linesBeside(['Cache-Control', 'no-cache']), FRAMES)
  t.equal(linesBeside([['Cache-Control', 'no-cache']] as never), FRAMES)
  t.equal(linesBeside(['X-Other', 'cache-control']), ALL, 'a value is no name')
  t.equal(linesBeside({ 'x-frame-options': 'SAMEORIGIN', 'cache-control': 'no-cache' }), '')
  t.equal(linesBeside({ 'x-frame-options': 'SAMEORIGIN' }), 'cache-control: no-store\r\n')
})
