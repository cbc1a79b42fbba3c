// Imports carry extensions in this folder: parts of it are unit-tested in Node.

/** The languages of the dashboard by their names in themselves. English is part of the first load. */
export const languages = { en: 'English', de: 'Deutsch' }
export type Language = keyof typeof languages

/** Mirrors the page in English, as pseudolocales of other systems do: it shows what a right-to-left language would meet. */
const MIRRORED = 'ar-XB'
const LANGUAGE_KEY = 'stockroom-language'
const ZONE_KEY = 'stockroom-zone'

/** What this file needs of a browser, which is absent in Node. */
interface BrowserParts {
  localStorage?: {
    getItem(key: string): string | null
    setItem(key: string, value: string): void
    removeItem(key: string): void
  }
  navigator?: { languages?: readonly string[] }
}
const { localStorage: storage, navigator: browser } = globalThis as BrowserParts

const kept = (key: string): string | null => storage?.getItem(key) ?? null
const keep = (key: string, value: string): void =>
  value ? storage?.setItem(key, value) : storage?.removeItem(key)

const isLanguage = (name: string): name is Language => Object.hasOwn(languages, name)
const baseOf = (tag: string): string => tag.split('-')[0] ?? ''

/** The languages that the browser prefers. */
const preferred: readonly string[] = browser?.languages ?? []

/** The chosen language, or ''. */
export const chosenLanguage = kept(LANGUAGE_KEY) ?? ''
const wanted =
  [chosenLanguage, ...preferred].find((tag) => tag === MIRRORED || isLanguage(baseOf(tag))) ?? 'en'

/** The language of the texts: the chosen one, else the first of the browser's that there is, else English. */
export const language: Language = isLanguage(baseOf(wanted)) ? (baseOf(wanted) as Language) : 'en'

/** The language tag by which numbers and times are written: the browser's variant of the language, if it has one. */
export const locale: string =
  preferred.find((tag) => baseOf(tag) === language) ?? (language === 'en' ? 'en-US' : language)

/** 12 or 24 hours, as in the first of the browser's languages: the page may be in another. */
export const hourCycle = new Intl.DateTimeFormat(preferred[0] ?? locale, {
  hour: 'numeric',
}).resolvedOptions().hourCycle

/** The direction of the page. A language written from right to left is added here. */
export const direction: 'ltr' | 'rtl' = wanted === MIRRORED ? 'rtl' : 'ltr'

const isZone = (name: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

const keptZone = kept(ZONE_KEY)
/** The chosen time zone; undefined for the browser's. */
export const zone: string | undefined = keptZone && isZone(keptZone) ? keptZone : undefined

/** Chooses a language, or the browser's by ''. It applies when the page is loaded anew. */
export const chooseLanguage = (name: string): void => keep(LANGUAGE_KEY, name)
/** Chooses a time zone, or the browser's by ''. It applies when the page is loaded anew. */
export const chooseZone = (name: string): void => keep(ZONE_KEY, name)

/** Keeps the choices over a sign-out, which clears what the browser stores of the shop. They tell nothing of it. */
export function keepChoices(): void {
  keep(LANGUAGE_KEY, chosenLanguage)
  keep(ZONE_KEY, zone ?? '')
}
