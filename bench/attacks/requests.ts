/** Request attacks: expensive, abandoned and rejected requests, and more than the server has capacity for. */
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Attack, type AttackOptions, addressOf, runConcurrently } from './attack.js'

const PLENTY = 50_000
const PATIENCE_MS = 5_000

interface Sent {
  method?: 'GET' | 'POST'
  path: string
  body?: object
  token?: string
  agent: Agent
  /** Milliseconds after which the client hangs up. */
  leaveAfter?: number
  addresses?: number
}

/** Sends a request and discards the response. */
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

/** Every request asks for a different list, so none is answered from the cache. */
const EXPENSIVE = [
  (i: number) => `/products?minPrice=${1 + i / 100}&sort=name&page=${3_000 + i}`,
  (i: number) => `/products?page=1000000000&sort=name&maxPrice=${900_001 - i}`,
  (i: number) => `/products?q=b%20c&sort=price&page=${200 + (i % 50)}&inStock=true&limit=${1 + (i % 100)}`,
  (i: number) => `/products?q=${String.fromCharCode(97 + (i % 26))}&sort=-name&page=${1 + i}&limit=100`,
]

let asked = 0
const expensive = () => {
  const i = asked++
  return EXPENSIVE[i % EXPENSIVE.length]?.(i % 10_000) ?? ''
}

/** 30 concurrent clients request deep pages and broad filters. */
export const expensiveLists: Attack = (options, signal) => {
  const agent = agentOf(30)
  return runConcurrently(30, signal, () => send(options, { path: expensive(), agent }))
}

/** 30 concurrent clients send the same requests and hang up after 50 ms. */
export const abandonedLists: Attack = (options, signal) => {
  const agent = agentOf(30)
  return runConcurrently(30, signal, () => send(options, { path: expensive(), agent, leaveAfter: 50 }))
}

/** 64 concurrent clients guess passwords of nonexistent accounts, from 40 addresses. */
export const logins: Attack = (options, signal) => {
  const agent = agentOf(64)
  return runConcurrently(64, signal, (index) => {
    const body = { email: `${index}.${Math.random()}@shop.test`, password: 'a wrong password' }
    return send(options, { method: 'POST', path: '/auth/login', body, agent, addresses: 40 })
  })
}

/** 20 concurrent clients request unknown 12,000-character paths, most of them beyond the rate limit. */
export const refusedRequests: Attack = (options, signal) => {
  const agent = agentOf(20)
  const path = `/${'x'.repeat(12_000)}`
  return runConcurrently(20, signal, () => send(options, { path, agent, addresses: 10 }))
}

/** Places orders over 1,000 connections concurrently, without pauses. */
export const orderFlood: Attack = async (options, signal) => {
  const { token, productId } = options
  const agent = agentOf(1_000)
  await runConcurrently(1_000, signal, async () => {
    const body = { productId, quantity: 1 }
    await send(options, { method: 'POST', path: '/orders', body, token, agent })
    await sleep(1)
  })
}
