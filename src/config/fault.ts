/** What is wrong with a setting, as the end of a sentence that begins with its name. */
export interface Fault {
  setting: string
  message: string
}

/** The settings are not valid. The message names every one at fault. */
export class ConfigError extends Error {
  override name = 'ConfigError'

  /** @param faults of which the first of each setting is told */
  constructor(faults: Fault[]) {
    const first = new Map(faults.toReversed().map(({ setting, message }) => [setting, message]))
    const lines = [...first].toReversed().map(([setting, message]) => `  ${setting} ${message}`)
    super(`The settings are not usable:\n${lines.join('\n')}`)
  }
}
