/** Sends requests at a steady pace, whether or not the previous response has arrived, and records each latency. */
import { Agent, get } from 'node:http'
import { optionsOf, ready } from '../child.js'

const EVERY_MS = 5

const { url } = optionsOf<{ url: string }>()
const agent = new Agent({ keepAlive: true })

/** Returns the milliseconds until the response is complete. @throws unless it is a 200. */
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
    /**
     * Sends requests for the given number of seconds. @returns the 99th percentile of the latency in milliseconds.
     */
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
