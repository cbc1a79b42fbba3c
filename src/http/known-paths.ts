/** The methods of routes by their paths, to tell a wrong method from a wrong path. */
export function createKnownPaths() {
  const methodsByPattern = new Map<string, Set<string>>()

  const segmentsOf = (path: string) => path.replace(/\/$/, '').split('/')
  const isFixed = (pattern: string) => !/\/[:*]/.test(pattern)

  const matches = (pattern: string, path: string): boolean => {
    const [segments, given] = [segmentsOf(pattern), segmentsOf(path)]
    return (
      segments.every(
        (segment, i) => segment === '*' || segment === given[i] || (segment.startsWith(':') && !!given[i]),
      ) && (segments.at(-1) === '*' ? given.length >= segments.length : given.length === segments.length)
    )
  }

  /** A fixed path is itself alone, though patterns match it too: `/orders/status` is no order. */
  function methodsOf(path: string): string[] {
    const patterns = [...methodsByPattern.keys()].filter((pattern) => matches(pattern, path))
    const fixed = patterns.filter(isFixed)
    const found = (fixed.length > 0 ? fixed : patterns).flatMap((pattern) => [
      ...(methodsByPattern.get(pattern) ?? []),
    ])
    return [...new Set(found)].toSorted()
  }

  return {
    /** Adds a route. @param url its pattern, such as `/products/:id` */
    add(method: string, url: string): void {
      methodsByPattern.set(url, (methodsByPattern.get(url) ?? new Set()).add(method))
    },

    /** Returns the methods of the routes whose pattern `path` matches, sorted. */
    methodsOf,

    /** Returns the fixed paths, each with its missing methods for which the router would take a pattern. */
    shadows(): { url: string; methods: string[] }[] {
      const patterns = [...methodsByPattern.keys()]
      return patterns.filter(isFixed).flatMap((url) => {
        const own = methodsOf(url)
        const found = patterns.filter((pattern) => !isFixed(pattern) && matches(pattern, url))
        const all = new Set(found.flatMap((pattern) => [...(methodsByPattern.get(pattern) ?? [])]))
        const methods = [...all].filter((method) => !own.includes(method))
        return methods.length > 0 ? [{ url, methods }] : []
      })
    },
  }
}

export type KnownPaths = ReturnType<typeof createKnownPaths>
