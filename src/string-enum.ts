import { type SchemaOptions, Type } from '@sinclair/typebox'

/** One of `values`, as JSON Schema's `enum`: shorter in a document and clearer in an error than a union. */
export const stringEnum = <const T extends string>(values: readonly T[], options: SchemaOptions = {}) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...options })
