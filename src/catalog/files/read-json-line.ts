import { type Checked, type FieldRules, IGNORED, type LineFields } from './product-line.js'

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads a line of an NDJSON file: one JSON object. @returns the fault of any other line */
export function readJsonLine(text: string, rules: FieldRules): Checked | string {
  const value = parse(text)
  if (!isObject(value)) return 'must be a JSON object'
  const fields: LineFields = Object.fromEntries(
    Object.entries(value).filter(([name]) => !IGNORED.includes(name)),
  )
  return { fields, faults: rules.ofLine(fields) }
}
