let skew = 0

/** Notes the Date header of a response: clocks of desks may be off by hours. */
export function noteServerDate(date: string | null): void {
  const at = Date.parse(date ?? '')
  if (!Number.isNaN(at)) skew = at - Date.now()
}

/** The server's time to about a second, in milliseconds since the Unix epoch. */
export const serverNow = (): number => Date.now() + skew
