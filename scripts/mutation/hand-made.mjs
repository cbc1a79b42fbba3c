import { ENGINES } from './hand-made/engines.mjs'
import { READS_AND_CONNECTIONS } from './hand-made/reads-and-connections.mjs'
import { SETTINGS_AND_ACCESS } from './hand-made/settings-and-access.mjs'

/**
 * Mutants beyond the operators of any tool, each a plausible mistake: in settings, access rules, transactions and
 * offsets. An edit replaces a text with one occurrence in its file; `tests` are those expected to fail.
 */
export const HAND_MADE = [...SETTINGS_AND_ACCESS, ...ENGINES, ...READS_AND_CONNECTIONS]
