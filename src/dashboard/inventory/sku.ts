const MAX_LENGTH = 64

/** Returns whether `text` can be a SKU: the API refuses to look for a longer one. */
export const canBeSku = (text: string): boolean => text !== '' && text.length <= MAX_LENGTH
