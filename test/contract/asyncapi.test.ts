import { Parser } from '@asyncapi/parser'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import t from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'
import { build, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'

interface Message {
  name: string
  payload: { $ref: string }
  examples: { payload: unknown }[]
}

interface Document {
  channels: Record<string, { address: string; messages: Record<string, Message> }>
  components: { schemas: Record<string, unknown> }
}

t.setTimeout(120_000)

const parse = async (document: string) =>
  (await new Parser().parse(document)).diagnostics
    .filter(({ severity }) => severity <= 1)
    .map(({ code, path, message }) => `${code} ${path.join('/')}: ${message}`)

t.test('/docs/asyncapi.json is valid AsyncAPI 3, and lists the events of each view', async (t) => {
  const app = await build(t)
  const answer = await app.inject('/docs/asyncapi.json')
  t.match(answer, { statusCode: 200, headers: { 'content-type': 'application/json; charset=utf-8' } })
  t.same(await parse(answer.body), [])
  t.not((await parse(answer.body.replace('"action":"send"', '"action":"shout"'))).length, 0)

  const { channels } = answer.json() as Document
  const eventsOf = (name: string) =>
    Object.values(channels[name]?.messages ?? {})
      .map(({ name }) => name)
      .filter((name) => /^(order|product|stock|user):/.test(name))
  t.same(eventsOf('mineStream'), ['order:created', 'order:updated'])
  t.same(eventsOf('mineSocket'), eventsOf('mineStream'))
  t.same(eventsOf('inventoryStream'), [
    'product:created',
    'product:updated',
    'product:deleted',
    'stock:changed',
  ])
  t.ok(eventsOf('adminSocket').length >= 10)
  for (const [channel, { messages }] of Object.entries(channels)) {
    const names = Object.values(messages).map(({ name }) => name)
    for (const name of ['ready', 'session:ended', 'server:closing'])
      t.ok(names.includes(name), `${name} in ${channel}`)
  }
  t.match((await app.inject('/docs/json')).json().info.description, '/docs/asyncapi.json')
})

t.test('events of the log, and all examples, match their schemas', async (t) => {
  const app = await build(t)
  const { channels, components } = (await app.inject('/docs/asyncapi.json')).json() as Document
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }))
  ajv.addSchema({ $id: 'https://shop.test/asyncapi', components })
  const faultsOf = ({ payload }: Message, value: unknown) => {
    const validate = ajv.getSchema(`https://shop.test/asyncapi${payload.$ref}`)
    validate?.(value)
    return validate ? (validate.errors ?? []).map(({ message }) => message) : ['no schema']
  }
  for (const { messages } of Object.values(channels))
    for (const message of Object.values(messages))
      for (const { payload } of message.examples) t.same(faultsOf(message, payload), [], message.name)

  const admin = await signIn(app, 'admin')
  const buyer = await signIn(app)
  const productId = await addProduct(app)
  const { order } = await app.orders.place({
    userId: buyer.id,
    productId,
    quantity: 1,
    idempotencyKey: null,
  })
  const change = { method: 'PATCH', url: `/orders/${order.id}`, payload: { status: 'confirmed' } } as const
  t.equal((await app.inject({ ...change, headers: admin.headers })).statusCode, 200)
  const product = { name: 'Lamp', price: 5, stock: 1 }
  await app.inject({ method: 'POST', url: '/products', payload: product, headers: admin.headers })
  const { items } = (await app.inject({ url: '/events', headers: admin.headers })).json() as {
    items: AnyEvent[]
  }
  t.ok(new Set(items.map(({ type }) => type)).size >= 4)
  const messages = Object.values(channels.adminSocket?.messages ?? {})
  for (const event of items) {
    const message = messages.find(({ name }) => name === event.type)
    t.same(message ? faultsOf(message, event) : ['not described'], [], event.type)
    t.not(message ? faultsOf(message, { ...event, data: {} }).length : 0, 0, 'a false event is found')
  }
})
