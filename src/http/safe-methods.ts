const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a request with `method` only reads (RFC 9110, 9.2.1). */
export const isSafe = (method = ''): boolean => SAFE_METHODS.has(method)
