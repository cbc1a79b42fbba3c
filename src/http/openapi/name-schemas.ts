/** A part of an OpenAPI or AsyncAPI document. */
export type Node = Record<string, unknown>

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['example', 'examples', 'default', 'const', 'enum', 'value', 'required'])

const NAME = /^[A-Z]\w*$/

/** Keywords by which two schemas of one name may differ: they are written beside the reference, or in a response. */
const REMARKS = new Set(['description', 'examples', 'headers'])

const withoutRemarks = (schema: Node) =>
  JSON.stringify(Object.entries(schema).filter(([keyword]) => !REMARKS.has(keyword)))

/**
 * Moves each schema whose `title` is a name (`NewOrder`) into a map of schemas by title, and leaves a reference.
 * @param document a part of a document; unchanged
 * @param into the map
 * @param pointer where the map is in the document
 * @returns a copy with references
 * @throws Error if two different schemas have the same title
 */
export function nameSchemas<T>(document: T, into: Map<string, Node>, pointer = '#/components/schemas/'): T {
  const visitAll = (parts: Node) =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, visit(part)]))

  function visit(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(visit)
    if (!isNode(value)) return value
    const copy: Node = {}
    for (const [keyword, part] of Object.entries(value)) {
      // Names of properties are not keywords.
      if (keyword === 'properties' && isNode(part)) copy[keyword] = visitAll(part)
      // @fastify/swagger writes a constant as an enum of one.
      else if (keyword === 'enum' && Array.isArray(part) && part.length === 1) copy.const = part[0]
      else copy[keyword] = DATA.has(keyword) ? part : visit(part)
    }
    return typeof copy.title === 'string' && NAME.test(copy.title) ? refer(copy, copy.title) : copy
  }

  function refer(schema: Node, title: string): Node {
    const known = into.get(title)
    if (known && withoutRemarks(known) !== withoutRemarks(schema))
      throw new Error(`two schemas have the title ${title}`)
    const { headers: _, ...named } = schema
    const kept = { ...named, ...known }
    into.set(title, kept)
    const $ref = `${pointer}${title}`
    const { description } = schema
    return description === undefined || description === kept.description ? { $ref } : { $ref, description }
  }

  return visit(document) as T
}
