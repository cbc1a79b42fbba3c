import { relative } from 'node:path'

/** Returns a line about a survivor: where it is, and what the mutant has there. */
export function describe({ fileName, location: { start }, mutatorName, replacement, status }) {
  const place = `${relative('.', fileName)}:${start.line}:${start.column}`
  return `${place} ${mutatorName}${status === 'NoCoverage' ? ' (not covered)' : ''}: ${replacement?.replace(/\s+/g, ' ').slice(0, 100)}`
}

export const isSurvivor = ({ status }) => status === 'Survived' || status === 'NoCoverage'
