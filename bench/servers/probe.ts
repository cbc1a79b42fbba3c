/** Asks for something at a steady pace, whether or not the last answer is there, and notes how long each answer takes. */
import { Agent, get } from 'node:http'
import { optionsOf, ready } from '../child.js'

const EVERY_MS = 5

const { url } = optionsOf<{ url: string }>()
const agent = new Agent({ keepAlive: true })

/** Milliseconds to the end of one answer. @throws unless it is a 200. */
const ask = () =>
  new Promise<number>((resolve, reject) => {
    const start = performance.now()
    get(url, { agent }, (response) => {
      response.resume()
      response.once('end', () =>
        response.statusCode === 200
          ? resolve(performance.now() - start)
          : reject(new Error(`${url} answered ${response.statusCode}`)),
      )
    }).once('error', reject)
  })

ready(
  {},
  {
    /** Asks for so many seconds. @returns what 99 of 100 answers stayed below, in milliseconds. */
    async p99(argument) {
      const answers: Promise<number>[] = []
      const end = performance.now() + Number(argument) * 1000
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          if (performance.now() < end) answers.push(ask())
          else {
            clearInterval(timer)
            resolve()
          }
        }, EVERY_MS)
      })
      const times = (await Promise.all(answers)).sort((a, b) => a - b)
      return times[Math.floor((times.length - 1) * 0.99)]
    },
  },
  async () => agent.destroy(),
)
