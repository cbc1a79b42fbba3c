import { direction, language } from './choice'
import { translate } from './language'

/** Loads the language of the person, which is a chunk of its own unless it is English. English remains if it can't be had. */
export async function loadLanguage(): Promise<void> {
  document.documentElement.dir = direction
  if (language !== 'de') return
  try {
    translate((await import('./german/index')).german)
    document.documentElement.lang = language
  } catch {
    // The next visit tries again.
  }
}
