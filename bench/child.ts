/** The child side of processes.ts: how a benchmark program talks to its parent. */

type Command = (argument: unknown) => unknown

/** Returns the options the program was started with. */
export function optionsOf<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** Reports that the program is ready, then executes commands. `close` is called before it exits. */
export function ready(hello: object, commands: Record<string, Command>, close: () => Promise<unknown>): void {
  process.on('message', async ({ name, argument }: { name: string; argument: unknown }) => {
    try {
      process.send?.({ answer: await commands[name]?.(argument) })
    } catch (error) {
      process.send?.({ fault: String(error) })
    }
  })
  const end = () => close().finally(() => process.exit(0))
  process.once('SIGTERM', end)
  process.once('disconnect', end)
  process.send?.({ hello })
}
