/** The other side of processes.ts: what a program of this folder says to the one that started it. */

type Command = (argument: unknown) => unknown

/** The options that the program was started with. */
export function optionsOf<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** Says that the program is ready, and carries out commands from then on. `close` is called before it ends. */
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
