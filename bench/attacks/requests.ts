/** Attacks by requests: dear ones, abandoned ones, refused ones, and more than there is room for. */
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Attack, type AttackOptions, addressOf, atOnce } from './attack.js'

const PLENTY = 50_000
const PATIENCE_MS = 5_000

interface Sent {
  method?: 'GET' | 'POST'
  path: string
  body?: object
  token?: string
  agent: Agent
  /** Hangs up after so many milliseconds. */
  leaveAfter?: number
  addresses?: number
}

/** Sends a request and reads its answer away. */
const send = ({ host, port }: AttackOptions, sent: Sent): Promise<void> =>
  new Promise((resolve) => {
    const { method = 'GET', path, body, token, agent, leaveAfter = PATIENCE_MS, addresses = PLENTY } = sent
    const headers = {
      'x-forwarded-for': addressOf(addresses),
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const asked = request({ host, port, method, path, headers, agent }, (answer) => {
      answer.on('error', () => undefined).resume()
    })
    const leave = setTimeout(() => asked.destroy(), leaveAfter)
    asked
      .on('error', () => undefined)
      .once('close', () => {
        clearTimeout(leave)
        resolve()
      })
    asked.end(body && JSON.stringify(body))
  })

const agentOf = (maxSockets: number) => new Agent({ keepAlive: true, maxSockets })

/** Each request is for another list, so that none is answered from memory. */
const DEAR = [
  (i: number) => `/products?minPrice=${1 + i / 100}&sort=name&page=${3_000 + i}`,
  (i: number) => `/products?page=1000000000&sort=name&maxPrice=${900_001 - i}`,
  (i: number) => `/products?q=b%20c&sort=price&page=${200 + (i % 50)}&inStock=true&limit=${1 + (i % 100)}`,
  (i: number) => `/products?q=${String.fromCharCode(97 + (i % 26))}&sort=-name&page=${1 + i}&limit=100`,
]

let asked = 0
const dear = () => {
  const i = asked++
  return DEAR[i % DEAR.length]?.(i % 10_000) ?? ''
}

/** 30 at once ask for deep pages and broad filters. */
export const dearLists: Attack = (options, signal) => {
  const agent = agentOf(30)
  return atOnce(30, signal, () => send(options, { path: dear(), agent }))
}

/** 30 at once ask for the same and hang up after 50 milliseconds. */
export const abandonedLists: Attack = (options, signal) => {
  const agent = agentOf(30)
  return atOnce(30, signal, () => send(options, { path: dear(), agent, leaveAfter: 50 }))
}

/** 64 at once guess passwords of accounts that are not there, from 40 addresses. */
export const logins: Attack = (options, signal) => {
  const agent = agentOf(64)
  return atOnce(64, signal, (index) => {
    const body = { email: `${index}.${Math.random()}@shop.test`, password: 'a wrong password' }
    return send(options, { method: 'POST', path: '/auth/login', body, agent, addresses: 40 })
  })
}

/** 20 at once ask for addresses of 12,000 characters that are not there, most of them past the limit. */
export const refusedRequests: Attack = (options, signal) => {
  const agent = agentOf(20)
  const path = `/${'x'.repeat(12_000)}`
  return atOnce(20, signal, () => send(options, { path, agent, addresses: 10 }))
}

/** 1,000 connections order at once, without a pause. */
export const orderFlood: Attack = async (options, signal) => {
  const { token, productId } = options
  const agent = agentOf(1_000)
  await atOnce(1_000, signal, async () => {
    const body = { productId, quantity: 1 }
    await send(options, { method: 'POST', path: '/orders', body, token, agent })
    await sleep(1)
  })
}
