import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Whether somebody can be asked. Questions go to standard error, so results can be piped. */
export const isInteractive = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY)

/** Asks at the terminal. @throws Error on Ctrl-C and Ctrl-D */
async function answerOf(terminal: Interface, question: string): Promise<string> {
  try {
    return await new Promise((resolve, reject) => {
      terminal.once('close', () => reject(new Error('it was interrupted.')))
      terminal.once('SIGINT', () => terminal.close())
      terminal.question(question).then(resolve, reject)
    })
  } finally {
    terminal.close()
  }
}

/** Shows `plan`, and asks whether to go on. */
export async function confirm(plan: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await answerOf(terminal, `${plan}\nContinue? [y/N] `)
  return /^y(es)?$/i.test(answer.trim())
}

/** Asks for a text hidden while it is typed. */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({
    input: process.stdin,
    output: nowhere,
    terminal: true, // in raw mode, where the system does not echo either
    historySize: 0,
  })
  process.stderr.write(question) // now that nothing typed is echoed
  try {
    return await answerOf(terminal, '')
  } finally {
    process.stderr.write('\n')
  }
}
