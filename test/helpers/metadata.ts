/** Returns metadata of exactly `bytes` bytes as JSON, in characters of one byte or, but for the rest, of `filler`. */
export function metadataOfBytes(bytes: number, filler = 'x') {
  const room = bytes - Buffer.byteLength(JSON.stringify({ text: '' }))
  const width = Buffer.byteLength(JSON.stringify(filler)) - 2
  return { text: filler.repeat(Math.floor(room / width)) + 'x'.repeat(room % width) }
}

/** Returns a list in a list and so on, of `levels` levels. */
export function nested(levels: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = [value]
  return value
}
