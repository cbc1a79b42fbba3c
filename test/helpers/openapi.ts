import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Response } from 'light-my-request'
import type { App } from '../../src/app.js'

type Schema = Record<string, unknown>

/** The parts of a parameter, request body or response used by the tests. */
interface Content {
  description?: string
  required?: boolean
  headers?: Record<string, Schema>
  content?: Record<
    string,
    { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }
  >
}

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
}

/** An operation of the application's OpenAPI document. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  operationId: string
  summary?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: Content
  responses: Record<string, Content>
}

interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  tags: { name: string; description?: string }[]
  webhooks: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; headers: Record<string, Schema> }
}

export const documentOf = async (app: App) => (await app.inject('/docs/json')).json() as Document

/** Returns `document` with what each reference refers to in its place. */
function resolved<T>(document: Document, value: T): T {
  if (Array.isArray(value)) return value.map((each) => resolved(document, each)) as T
  if (typeof value !== 'object' || value === null) return value
  const { $ref, ...own } = value as { $ref?: string }
  if ($ref === undefined)
    return Object.fromEntries(
      Object.entries(own).map(([name, part]) => [name, resolved(document, part)]),
    ) as T
  const [, kind, name] = /^#\/components\/(schemas|headers)\/(\w+)$/.exec($ref) ?? []
  const target = document.components[kind as 'schemas' | 'headers']?.[name ?? '']
  if (!target) throw new Error(`${$ref} refers to nothing`)
  return { ...resolved(document, target), ...own } as T
}

/** Returns every documented operation, with its references resolved. */
export async function operationsOf(app: App): Promise<Operation[]> {
  const document = await documentOf(app)
  return Object.entries(resolved(document, document.paths)).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase() as Operation['method'],
      path,
    })),
  )
}

/** Returns the example request body of `operation`, or undefined without a body. */
export const exampleBody = ({ requestBody }: Operation) =>
  requestBody?.content?.['application/json']?.example as Record<string, unknown> | undefined

/**
 * Creates a function describing how a response deviates from the documentation of `operation`; undefined if it
 * conforms.
 */
export function createConformance() {
  // The linter checks strictness; here the schemas are only applied.
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }))
  const compiled = new Map<Schema, ValidateFunction>()
  const compile = (schema: Schema) => {
    const known = compiled.get(schema) ?? ajv.compile(schema)
    compiled.set(schema, known)
    return known
  }

  return ({ responses }: Operation, answer: Response): string[] => {
    const documented = responses[answer.statusCode]
    if (!documented) return [`${answer.statusCode} is not documented`]
    if (!documented.content) return answer.body === '' ? [] : ['a body is not documented']
    const [type = ''] = String(answer.headers['content-type']).split(';')
    const media = documented.content[type]
    if (!media) return [`${answer.statusCode} is documented, but not as ${type}`]
    const valid = compile(media.schema)
    if (valid(/[/+]json$/.test(type) ? answer.json() : answer.body)) return []
    return (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}
