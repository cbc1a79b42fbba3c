import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { VERSION } from '../version.js'
import { type Finding, findingsOf, reasonOf } from './finding.js'

const { ok, warning, fault } = findingsOf('port')

const PATIENCE_MS = 3_000

/** A port to listen on. */
export interface Place {
  host: string
  port: number
}

/** Listens like the server would. @throws the error of listen */
export function listenAt({ host, port }: Place, answer: RequestListener): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(answer)
    server.once('error', reject)
    server.listen({ host, port }, () => resolve(server))
  })
}

/** Answers as a starting server. */
export function unavailable(response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '10', connection: 'close' }).end()
}

/** Returns the URL at which this machine reaches a server listening on `host`. */
export function localUrl({ host, port }: Place): string {
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`
}

/** Returns the version of the Stockroom at `url`; undefined if none answers. */
export async function runningVersion(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/config`, { signal: AbortSignal.timeout(PATIENCE_MS) })
    const { shop, version } = (await answer.json()) as { shop?: unknown; version?: unknown }
    return typeof shop === 'string' && typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}

async function examineRunning(place: Place): Promise<Finding> {
  const version = await runningVersion(localUrl(place))
  if (version === undefined)
    return fault(
      `port ${place.port} on ${place.host} is taken by another program`,
      `End that program (ss -ltnp 'sport = :${place.port}' names it), or set PORT to another.`,
    )
  if (version !== VERSION)
    return warning(
      `Stockroom ${version} runs on port ${place.port}, and ${VERSION} is installed`,
      'Restart the server, so that it runs what is installed.',
    )
  const ready = await fetch(`${localUrl(place)}/health/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) })
  if (ready.ok) return ok(`Stockroom ${version} runs on port ${place.port}, and is ready`)
  const { detail } = (await ready.json()) as { detail?: string }
  return fault(
    `Stockroom ${version} runs on port ${place.port}, and is not ready: ${detail}`,
    'docs/runbook.md, "A node does not become ready", says what to look at.',
  )
}

/**
 * Examines whether the server can listen at its configured place, or is listening there.
 * @returns the findings, and whether the port is free
 */
export async function examinePort(place: Place): Promise<{ found: Finding[]; free: boolean }> {
  try {
    const server = await listenAt(place, (_request, response) => unavailable(response))
    await new Promise((resolve) => server.close(resolve))
    return { found: [ok(`port ${place.port} on ${place.host} is free`)], free: true }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') return { found: [await examineRunning(place)], free: false }
    const cure =
      code === 'EACCES'
        ? 'Set PORT to one above 1023, and put a proxy in front.'
        : 'Set HOST to 127.0.0.1, to 0.0.0.0, or to an address that "ip addr" shows.'
    return {
      found: [
        fault(`the server cannot listen on ${place.host}, port ${place.port}: ${reasonOf(error)}`, cure),
      ],
      free: false,
    }
  }
}
