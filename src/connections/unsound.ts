import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, problems } from '../errors.js'
import { answerWith } from '../http/raw-answer.js'
import { newId } from '../ids.js'
import { takeOver } from './take-over.js'

/** `uri-host [ ":" port ]`, which may be empty (RFC 9110, 7.2; RFC 3986, 3.2.2). */
const HOST = /^(\[[\w.~!$&'()*+,;=:%-]+\]|([\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(:\d*)?$/i

/** Returns the fault of the Host header as a sentence, or undefined if it is valid (RFC 9112, 3.2). */
function hostFault({ rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  let host: string | undefined
  // Node drops repeated Host headers: only the raw headers reveal them.
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue
    if (host !== undefined) return 'A request has one Host header, not several.'
    host = rawHeaders[i + 1]
  }
  if (host === undefined) return httpVersion === '1.1' ? 'A request needs a Host header.' : undefined
  return HOST.test(host) ? undefined : 'The Host header does not name a host.'
}

/** Answers with `problem` and ends the connection: further bytes on it may be a body, or meant for another host. */
function refuseLast(problem: Problem, response: ServerResponse): void {
  response.shouldKeepAlive = false
  answerWith(problem, response, newId())
}

/**
 * Refuses unsound requests before the listeners of `server` see them: a missing, repeated or malformed Host header, or an
 * unknown expectation (RFC 9110, 10.1.1). A proxy and a server reading different hosts would route, cache or authorize
 * the request differently. Node refuses only a missing Host, with an empty body and not for upgrades, so turn its
 * `requireHostHeader` off.
 * @param refuse answers an upgrade request
 */
export function refuseUnsound(server: Server, refuse: (socket: Duplex, problem: Problem) => void): void {
  const upgrade = takeOver(server, 'upgrade')
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const fault = hostFault(request)
    if (fault === undefined) upgrade(request, socket, head)
    else refuse(socket, new Problem(problems.badRequest, fault))
  })

  const serve = takeOver(server, 'request')
  const onSound = (event: string, pass: (request: IncomingMessage, response: ServerResponse) => void) =>
    server.on(event, (request: IncomingMessage, response: ServerResponse) => {
      const fault = hostFault(request)
      if (fault === undefined) pass(request, response)
      else refuseLast(new Problem(problems.badRequest, fault), response)
    })
  onSound('request', serve)
  onSound('checkContinue', (request, response) => {
    response.writeContinue()
    serve(request, response)
  })
  const unmet = new Problem(problems.expectationFailed, 'Only "Expect: 100-continue" is supported.')
  onSound('checkExpectation', (_request, response) => refuseLast(unmet, response))
}
