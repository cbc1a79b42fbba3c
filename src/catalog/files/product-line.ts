import type { FieldFault } from '../../errors.js'
import type { ProductFields } from '../product.js'

/** The fields of a product in a line of a file. Those left out stay as they are. */
export interface LineFields extends Partial<ProductFields> {
  id?: string
}

/** The fields of a line and their faults. Those at fault may be of any type. */
export interface Checked {
  fields: LineFields
  faults: FieldFault[]
}

/** A line whose fields could be told apart. */
export interface ProductLine extends Checked {
  line: number
}

/** A fault of a line: `path` is the column or field, empty for the whole line. */
export interface LineFault extends FieldFault {
  line: number
}

/** Checks the fields of lines by the rules of single writes. Each returns the faults, none for valid fields. */
export interface FieldRules {
  /** The fields of a line. */
  ofLine(fields: object): FieldFault[]
  /** The fields of a new product. */
  ofNew(fields: object): FieldFault[]
}

/** Fields of an export, allowed in a file and ignored. */
export const IGNORED: readonly string[] = ['createdAt', 'updatedAt']

/** Returns the first of `faults` for each field. */
export function onePerField(faults: FieldFault[]): FieldFault[] {
  const seen = new Set<string>()
  return faults.filter(({ path }) => !seen.has(path) && seen.add(path))
}
