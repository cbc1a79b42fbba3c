import {
  type SchemaOptions,
  type Static,
  type TObject,
  type TProperties,
  Type,
  TypeGuard,
} from '@sinclair/typebox'
import type { Metadata as MetadataOf } from '../contract/metadata.js'
import { METADATA_BYTES, METADATA_DEPTH, METADATA_FIELDS, METADATA_NAME_LENGTH } from '../metadata.js'
import type { Money } from '../money.js'

/** The pattern of a visible text in one line: no control characters, and no halves of surrogate pairs. */
export const VISIBLE = '^(?=.*[\\p{L}\\p{N}\\p{P}\\p{S}])[^\\p{Cc}\\p{Cs}]*$'

/** One of `values`, as JSON Schema's `enum`: shorter in a document and clearer in an error than a union. */
export const stringEnum = <const T extends string>(values: readonly T[], options: SchemaOptions = {}) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...options })

/** Returns an amount of examples with no more decimals than the currency has. */
export const rounded = ({ toMinor, fromMinor }: Money, amount: number) => fromMinor(toMinor(amount))

interface AmountOptions {
  /** In the currency's major unit. */
  maximum?: number
  description?: string
  example: number
}

/** An amount of money, 0 or more, with at most as many decimals as the currency has. */
export const amount = (money: Money, { example, description, ...bounds }: AmountOptions) => {
  const exact = `Exact, in ${money.currency}, with at most ${money.decimals} decimals`
  return Type.Number({
    minimum: 0,
    ...bounds,
    multipleOf: money.step,
    description: description === undefined ? exact : `${description}. ${exact}`,
    examples: [rounded(money, example)],
  })
}

/** The keyword of a schema that bounds metadata in bytes, with its other rules (src/metadata.ts). */
export const METADATA_KEYWORD = 'x-maxBytes'

/** Metadata as clients send it. */
export const Metadata = Type.Unsafe<MetadataOf>({
  title: 'Metadata',
  type: 'object',
  additionalProperties: true,
  maxProperties: METADATA_FIELDS,
  propertyNames: { minLength: 1, maxLength: METADATA_NAME_LENGTH },
  [METADATA_KEYWORD]: METADATA_BYTES,
  description:
    `Fields of your own: any JSON in an object of at most ${METADATA_FIELDS} fields, each with a name of 1 to ` +
    `${METADATA_NAME_LENGTH} characters, of at most ${METADATA_BYTES} bytes as JSON without blanks, and ${METADATA_DEPTH} levels`,
  examples: [{ color: 'walnut', engraving: { text: 'For Ada', size: 12 } }],
})

/** Metadata as answers have it: null without any. */
export const MetadataOrNull = Type.Unsafe<MetadataOf | null>({
  type: ['object', 'null'],
  additionalProperties: true,
  description: "Fields of the shop's own; null without any",
})

/** The schema of a query string without parameters, used for routes that declare none. */
export const NoQuery = Type.Object({}, { additionalProperties: false })

/**
 * The schema of a query string with these parameters and no others. A parameter with a default is optional for clients
 * and always set for the route, which TypeBox cannot express.
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
