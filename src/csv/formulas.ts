/**
 * Beginnings of a cell that spreadsheets take for a formula: those of the OWASP page on CSV injection
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u
const DEFUSED = /^'+[=+\-@\t\r\n＝＋－＠]/u

/** Puts an apostrophe before a text that a spreadsheet would run as a formula. `armed` is its inverse. */
export const defused = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** Returns the text that `defused` was given. */
export const armed = (cell: string): string => (DEFUSED.test(cell) ? cell.slice(1) : cell)
