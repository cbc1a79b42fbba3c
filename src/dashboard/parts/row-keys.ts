/**
 * The row to which a key leads from row `from`.
 * @param page the number of rows in sight
 * @param last the number of the last row; 1 is the first
 * @returns undefined for other keys, and where there is no such row
 */
export function rowAfter(key: string, from: number, page: number, last: number): number | undefined {
  const to = {
    ArrowDown: from + 1,
    j: from + 1,
    ArrowUp: from - 1,
    k: from - 1,
    PageDown: Math.min(from + page, last),
    PageUp: Math.max(from - page, 1),
    Home: 1,
    End: last,
  }[key]
  return to !== undefined && to >= 1 && to <= last ? to : undefined
}
