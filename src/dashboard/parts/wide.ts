import { signal } from '@preact/signals'

const query = matchMedia('(min-width: 760px)')
const wide = signal(query.matches)
query.addEventListener('change', () => {
  wide.value = query.matches
})

/** Whether there is room for a table; on a phone a row takes two lines. The stylesheet draws the line at the same width. */
export const useWide = (): boolean => wide.value
