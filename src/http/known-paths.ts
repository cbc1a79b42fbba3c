/** The methods of routes by their paths, to tell a wrong method from a wrong path. */
export function createKnownPaths() {
  const routes: { segments: string[]; method: string }[] = []

  const matches = (segments: string[], given: string[]): boolean =>
    segments.every(
      (segment, i) => segment === '*' || segment === given[i] || (segment.startsWith(':') && !!given[i]),
    ) && (segments.at(-1) === '*' ? given.length >= segments.length : given.length === segments.length)

  const segmentsOf = (path: string) => path.replace(/\/$/, '').split('/')

  return {
    /** Adds a route. @param url its pattern, such as `/products/:id` */
    add(method: string, url: string): void {
      routes.push({ segments: segmentsOf(url), method })
    },

    /** Returns the methods of the routes whose pattern `path` matches, sorted. */
    methodsOf(path: string): string[] {
      const given = segmentsOf(path)
      const found = routes.filter(({ segments }) => matches(segments, given))
      return [...new Set(found.map(({ method }) => method))].toSorted()
    },
  }
}
