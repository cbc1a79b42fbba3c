/** Programs using clients generated from the API's description, as TypeScript. Each prints its answers. */

const reading = ['const [url = "", token = "", productId = ""] = process.argv.slice(2)'].join('\n')

/** What every program does when an order of 5 is refused because only 2 are in stock. */
const narrowing = (problem: string) => `
if (!${problem}) throw new Error('the order was not refused')
// @ts-expect-error only one kind of problem has it
void ${problem}.available
if (${problem}.type !== '/problems/insufficient-stock') throw new Error(${problem}.title)
const available: number = ${problem}.available
console.log(JSON.stringify({ available, names }))
`

const openapiFetch = `
import createClient from 'openapi-fetch'
import type { components, paths } from './openapi-typescript.js'
${reading}
const client = createClient<paths>({ baseUrl: url, headers: { authorization: 'Bearer ' + token } })
const list = await client.GET('/products', { params: { query: { sort: 'name', limit: 5 } } })
const names: string[] = list.data?.items.map(({ name }) => name) ?? []
const { error } = await client.POST('/orders', { body: { productId, quantity: 5 } })
export const thresholdOf = (event: components['schemas']['AnyEvent']): number | undefined =>
  event.type === 'stock:low' ? event.data.threshold : undefined
${narrowing('error')}`

const heyApi = `
import { createClient } from './hey-api/client/index.js'
import type { AnyEvent } from './hey-api/index.js'
import { listProducts, placeOrder } from './hey-api/sdk.gen.js'
${reading}
const client = createClient({ baseUrl: url, headers: { authorization: 'Bearer ' + token } })
const list = await listProducts({ client, query: { sort: 'name', limit: 5 } })
const names: string[] = list.data?.items.map(({ name }) => name) ?? []
const { error } = await placeOrder({ client, body: { productId, quantity: 5 } })
export const thresholdOf = (event: AnyEvent): number | undefined =>
  event.type === 'stock:low' ? event.data.threshold : undefined
${narrowing('error')}`

const orval = `
import { type AnyEvent, listProducts, placeOrder } from './orval.js'
${reading}
void url
const list = await listProducts({ sort: 'name', limit: 5 })
const names: string[] = list.status === 200 ? list.data.items.map(({ name }) => name) : []
const answer = await placeOrder({ productId, quantity: 5 }, { headers: { authorization: 'Bearer ' + token } })
const error = answer.status === 201 ? undefined : answer.data
export const thresholdOf = (event: AnyEvent): number | undefined =>
  event.type === 'stock:low' ? event.data.threshold : undefined
${narrowing('error')}`

export const programs = {
  'use-openapi-fetch.ts': openapiFetch,
  'use-hey-api.ts': heyApi,
  'use-orval.ts': orval,
}

export const tsconfig = JSON.stringify({
  compilerOptions: {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['*.ts'],
})
