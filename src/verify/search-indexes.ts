import type { Query } from '../db/audit.js'
import { NAME_RULES, termsOf } from '../search/tokenize.js'

const PAGE = 1_000
const SHOWN = 3

/** Yields the products for sale with their terms, up to the last id indexed by the current rules. */
async function* indexedProducts(query: Query) {
  const [index] = await query(`SELECT position FROM name_index WHERE id = 1 AND rules = ${NAME_RULES}`)
  let after = ''
  while (index) {
    const bounds = `> '${after}' AND {} <= '${index.position}'`
    const products = await query(
      `SELECT id, name FROM products WHERE deleted_at IS NULL AND id ${bounds.replace('{}', 'id')} ORDER BY id LIMIT ${PAGE}`,
    )
    if (products.length === 0) return
    const last = String(products.at(-1)?.id)
    const terms = new Map<unknown, Set<unknown>>()
    for (const { product_id: id, term } of await query(
      `SELECT product_id, term FROM product_terms WHERE product_id > '${after}' AND product_id <= '${last}'`,
    ))
      terms.set(id, (terms.get(id) ?? new Set()).add(term))
    for (const { id, name } of products) yield { id, name: String(name), terms: terms.get(id) ?? new Set() }
    after = last
  }
}

/**
 * Checks the search indexes: products and users must be found by the words of their names. Returns the violations in
 * words.
 */
export async function auditSearch(query: Query): Promise<string[]> {
  const lost: unknown[] = []
  for await (const { id, name, terms } of indexedProducts(query)) {
    const expected = termsOf(name)
    if (expected.length !== terms.size || !expected.every((term) => terms.has(term))) lost.push(id)
  }
  const faults: string[] = []
  if (lost.length > 0)
    faults.push(`${lost.length} products are not found by their names: ${lost.slice(0, SHOWN).join(', ')} …`)
  const users = await query(
    `SELECT id FROM users WHERE term_rules > 0 AND erased_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM user_terms WHERE user_id = users.id)`,
  )
  if (users.length > 0)
    faults.push(
      `${users.length} users are not found by their names: ${users
        .slice(0, SHOWN)
        .map(({ id }) => id)
        .join(', ')} …`,
    )
  return faults
}
