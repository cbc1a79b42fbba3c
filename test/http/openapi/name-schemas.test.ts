import t from 'tap'
import { type Node, nameSchemas } from '../../../src/http/openapi/name-schemas.js'

const color = { title: 'Color', type: 'string', enum: ['red', 'blue'], description: 'Of the shade' }

t.test('schemas with a title are named once, also those within others', async (t) => {
  const schemas = new Map<string, Node>()
  const lamp = { title: 'Lamp', type: 'object', properties: { color, title: { type: 'string' } } }
  const paths = nameSchemas({ a: { schema: lamp }, b: { schema: { type: 'array', items: lamp } } }, schemas)
  t.same(paths, {
    a: { schema: { $ref: '#/components/schemas/Lamp' } },
    b: { schema: { type: 'array', items: { $ref: '#/components/schemas/Lamp' } } },
  })
  t.same([...schemas.keys()].toSorted(), ['Color', 'Lamp'])
  t.same(schemas.get('Color'), color)
  t.same(schemas.get('Lamp')?.properties, {
    color: { $ref: '#/components/schemas/Color' },
    title: { type: 'string' },
  })
})

t.test('another description stands beside the reference', async (t) => {
  const schemas = new Map<string, Node>()
  const named = nameSchemas([color, { ...color, description: 'Of the foot' }], schemas)
  t.same(named[1], { $ref: '#/components/schemas/Color', description: 'Of the foot' })
  t.equal(schemas.get('Color')?.description, 'Of the shade')
})

t.test('a title of two different schemas is refused', async (t) => {
  t.throws(() => nameSchemas([color, { ...color, enum: ['green', 'blue'] }], new Map()), /title Color/)
})

t.test('examples stay as they are, and an enum of one is a constant', async (t) => {
  const example = { title: 'Of a book', type: 'x', enum: ['a'] }
  const named = nameSchemas({ schema: { type: 'string', enum: ['a'] }, example }, new Map())
  t.same(named, { schema: { type: 'string', const: 'a' }, example })
})
