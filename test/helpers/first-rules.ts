/** Product names indexed as by the first version of the rules, and how far their reindexing has come. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { App } from '../../src/app.js'
import { signatureOf } from '../../src/catalog/search/signatures.js'
import type { Db } from '../../src/db/db.js'
import { NAME_RULES, sortKeyOf, termsOf } from '../../src/search/tokenize.js'
import { signIn } from './app.js'

/** The first rules: every mark was dropped; only case, compatibility forms and marks were folded. */
const foldAtFirst = (text: string) =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
const termsAtFirst = (name: string) => [
  ...new Set(foldAtFirst(name).match(/(?=[\p{L}\p{N}])\p{sc=Han}|(?:(?!\p{sc=Han})[\p{L}\p{N}])+/gu) ?? []),
]

const NAMES = ['Łódź lamp', 'パンダ', 'ハンダごて', 'soft\u00ADshell', 'Oak desk', 'केला']
export const nameOf = (i: number) => `${NAMES[i % NAMES.length]} ${i}`

/** Adds products, indexed as by the first version, without signatures. */
export async function addAsAtFirst(app: App, count: number): Promise<void> {
  const { id: userId } = await signIn(app, 'admin')
  for (let i = 0; i < count; i++)
    await app.catalog.create({ name: nameOf(i), price: 1, stock: 1 }, { userId })
  await asAtFirst(app.db)
}

async function asAtFirst(db: Db): Promise<void> {
  const products = await db.read.product.findMany({ where: { deletedAt: null } })
  await db.write(async (tx) => {
    await tx.productTerm.deleteMany()
    await tx.productTerm.createMany({
      data: products.flatMap(({ id, name }) =>
        termsAtFirst(name).map((term) => ({ term, productId: id, signature: -1n })),
      ),
    })
    for (const { id, name } of products)
      await tx.product.update({ where: { id }, data: { nameSort: foldAtFirst(name) } })
    await tx.nameIndex.updateMany({ data: { rules: 1, position: '~' } })
  })
}

/** Returns the rules and the position of the index. */
export const stateOf = async ({ read }: Db) =>
  (await read.nameIndex.findMany()).map(({ rules, position }) => [rules, position])

/** Waits until a step is committed. */
export async function untilBegun(db: Db): Promise<void> {
  for (let state = ''; state === '' || state === '1,~' || state === `${NAME_RULES},`; await sleep(1))
    state = String(await stateOf(db))
}

/** Waits until all is indexed by the current rules. */
export async function untilIndexed(db: Db): Promise<void> {
  while (String(await stateOf(db)) !== `${NAME_RULES},~`) await sleep(5)
}

/** Counts the products indexed by the current rules; the others must follow the first ones. */
export async function upToDate(t: Test, { read }: Db): Promise<number> {
  const products = await read.product.findMany({ where: { deletedAt: null }, include: { terms: true } })
  let right = 0
  for (const { name, nameSort, terms } of products) {
    const words = termsOf(name)
    const found = terms.map(({ term, signature }) => `${term} ${signature}`).sort()
    const wanted = words.map((word) => `${word} ${signatureOf(words)}`).sort()
    const old = termsAtFirst(name).map((word) => `${word} -1`)
    const isNew = found.join() === wanted.join() && nameSort === sortKeyOf(name)
    if (isNew) right++
    else t.same([found, nameSort], [old.sort(), foldAtFirst(name)], `${name} is unchanged`)
  }
  return right
}
