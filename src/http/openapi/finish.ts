import { headerComponents, withHeaders } from './headers.js'
import { isNode, type Node, nameSchemas } from './name-schemas.js'

/** Makes a nullable body optional: generators know only the latter. */
function withOptionalBody(requestBody: Node): Node {
  const content = Object.entries(isNode(requestBody.content) ? requestBody.content : {})
  let optional = false
  const bodies = content.map(([type, media]) => {
    if (!isNode(media) || !isNode(media.schema) || !Array.isArray(media.schema.type)) return [type, media]
    optional = true
    return [type, { ...media, schema: { ...media.schema, type: 'object' } }]
  })
  return optional ? { ...requestBody, required: false, content: Object.fromEntries(bodies) } : requestBody
}

const finishOperation = (operation: Node): Node => ({
  ...operation,
  ...(isNode(operation.requestBody) && { requestBody: withOptionalBody(operation.requestBody) }),
  ...(isNode(operation.responses) && { responses: withHeaders(operation.responses) }),
})

const mapValues = (nodes: Node, change: (node: Node) => Node): Node =>
  Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, isNode(node) ? change(node) : node]))

/**
 * Returns an OpenAPI document for generators of clients: with titled schemas under `components`, nullable bodies as
 * optional ones, and the headers not declared by the routes themselves.
 */
export function finishDocument(document: Node): Node {
  const schemas = new Map<string, Node>()
  const paths = isNode(document.paths) ? document.paths : {}
  const finished = mapValues(paths, (operations) => mapValues(operations, finishOperation))
  const named = nameSchemas(finished, schemas)
  const webhooks = nameSchemas(document.webhooks, schemas)
  const components = isNode(document.components) ? document.components : {}
  return {
    ...document,
    paths: named,
    webhooks,
    components: {
      ...components,
      headers: headerComponents,
      schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}
