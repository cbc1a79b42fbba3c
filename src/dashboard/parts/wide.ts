import { signal } from '@preact/signals'

const query = matchMedia('(min-width: 760px)')
const wide = signal(query.matches)
query.addEventListener('change', () => {
  wide.value = query.matches
})

/** Whether a table fits; on a phone a row takes two lines. Same breakpoint as the stylesheet's. */
export const useWide = (): boolean => wide.value
