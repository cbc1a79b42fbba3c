/** Returns a function that gives each body a key of its own, and the same body the same key: a repeated request then changes nothing twice. */
export function keyOfBody(): (body: object) => { 'idempotency-key': string } {
  let [last, key] = ['', '']
  return (body) => {
    const text = JSON.stringify(body)
    if (text !== last) {
      // randomUUID needs HTTPS.
      const bytes = crypto.getRandomValues(new Uint8Array(16))
      key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
      last = text
    }
    return { 'idempotency-key': key }
  }
}
