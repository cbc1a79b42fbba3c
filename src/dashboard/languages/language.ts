type Texts = Record<string, object>

let translation: Texts = {}
/** The texts of the pages loaded so far. */
const pages: Texts = {}

/** Puts the texts of another language in the place of the English ones, by page. */
export function translate(texts: Texts): void {
  translation = texts
  for (const [page, loaded] of Object.entries(pages)) Object.assign(loaded, texts[page])
}

/**
 * Returns the texts of a page in the language of the person. Read them where they are shown: those of the first load are
 * in English until the language is there.
 * @param english its texts, whose type those of other languages must have
 */
export function translated<T extends object>(page: string, english: T): T {
  const texts = { ...english, ...translation[page] }
  pages[page] = texts
  return texts
}
