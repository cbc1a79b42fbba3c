import { translated } from './language.js'

/** The texts of the server in another language, undefined for those that are shown as the server wrote them. */
export interface ProblemsTexts {
  /** The text of a problem, by the last part of its type. */
  problem: (code: string) => string | undefined
  /** The text of a fault of a field, by the English one. */
  fault: (message: string) => string | undefined
}

const english: ProblemsTexts = { problem: () => undefined, fault: () => undefined }

export const t = translated('problems', english)
