import { type Static, type TObject, type TProperties, Type, TypeGuard } from '@sinclair/typebox'

/** The schema of a query string that takes no parameter: what routes get that name none. */
export const NoQuery = Type.Object({}, { additionalProperties: false })

/**
 * The schema of a query string, which takes no other parameters. What has a default is always there for the route, and never required of the client;
 * TypeBox alone would say both of it or neither.
 */
export function queryOf<P extends TProperties>(properties: P) {
  const required = Object.entries(properties)
    .filter(([, schema]) => !TypeGuard.IsOptional(schema) && schema.default === undefined)
    .map(([name]) => name)
  return Type.Unsafe<Static<TObject<P>>>({
    ...Type.Object(properties, { additionalProperties: false }),
    required,
  })
}
