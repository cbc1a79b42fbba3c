/** Only bcrypt: the cost of verifying passwords on these cores. */
import bcrypt from 'bcrypt'
import { optionsOf, ready } from '../child.js'

const { password, hash } = optionsOf<{ password: string; hash: string }>()

ready(
  {},
  {
    /** Verifies the password `times` times, `atOnce` at a time. @returns the seconds it took. */
    async check(argument) {
      const { times, atOnce } = argument as { times: number; atOnce: number }
      const start = performance.now()
      let left = times
      const worker = async () => {
        while (left-- > 0)
          if (!(await bcrypt.compare(password, hash))) throw new Error('the password is wrong')
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
      return (performance.now() - start) / 1000
    },
  },
  async () => undefined,
)
