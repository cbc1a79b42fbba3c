/** Returns the memory in use by this process after garbage collection, in bytes (needs --expose-gc). */
export function memoryInUse(): NodeJS.MemoryUsage {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  return process.memoryUsage()
}
