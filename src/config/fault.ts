/** An invalid setting. The message completes a sentence that begins with its name. */
export interface Fault {
  setting: string
  message: string
}

/** Thrown for invalid settings. The message names every one at fault. */
export class ConfigError extends Error {
  override name = 'ConfigError'

  /** @param faults only the first per setting is reported */
  constructor(faults: Fault[]) {
    const first = new Map(faults.toReversed().map(({ setting, message }) => [setting, message]))
    const lines = [...first].toReversed().map(([setting, message]) => `  ${setting} ${message}`)
    super(`The settings are invalid:\n${lines.join('\n')}`)
  }
}
