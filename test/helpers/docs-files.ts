/** Returns the address of a file of the page at /docs, whose `html` is given. It changes with what is in the file. */
export function docsFile(html: string, name: string): string {
  const [, path] = new RegExp(`(?:src|href)="([^"]+/${name})"`).exec(html) ?? []
  if (path === undefined) throw new Error(`/docs has no file ${name}`)
  return path
}
