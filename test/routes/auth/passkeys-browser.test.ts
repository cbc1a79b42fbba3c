import type { Page } from 'playwright-core'
import t from 'tap'
import { admin, faultsOf, launch, noBrowser, openShop, PATIENCE_MS } from '../../helpers/browser.js'

/** The functions of browsers for passkeys, which the types of Node lack. */
interface PasskeyApi {
  navigator: { credentials: Record<'create' | 'get', (options: object) => Promise<{ toJSON(): object }>> }
  PublicKeyCredential: Record<
    'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON',
    (options: unknown) => object
  >
}

interface Outcome {
  status: number
  body: { user?: object; recoveryCodes?: string[] }
}

/** Registers a passkey, or signs in with one, in `page`. */
const ceremony = (page: Page, kind: 'create' | 'get'): Promise<Outcome> =>
  page.evaluate(async (kind) => {
    const post = async (path: string, payload: object): Promise<Outcome> => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(payload) })
      return { status: answer.status, body: (await answer.json()) as Outcome['body'] }
    }
    const { navigator, PublicKeyCredential: parsers } = globalThis as unknown as PasskeyApi
    const path = kind === 'create' ? '/auth/passkeys' : '/auth/login/passkey'
    const { body: options } = await post(`${path}/options`, {})
    const publicKey =
      kind === 'create'
        ? parsers.parseCreationOptionsFromJSON(options)
        : parsers.parseRequestOptionsFromJSON(options)
    const credential = await navigator.credentials[kind]({ publicKey })
    return post(path, credential.toJSON())
  }, kind)

t.test(
  'a browser registers a passkey and signs in with it, without a library',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t)
    const browser = await launch(t)
    const context = await browser.newContext()
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const faults = faultsOf(page)
    const cdp = await context.newCDPSession(page)
    await cdp.send('WebAuthn.enable')
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    // Passkeys are bound to a name: browsers refuse an address.
    await page.goto(`http://localhost:${new URL(shop.server.url).port}/docs/json`)
    const signIn = await page.evaluate(
      async (body) =>
        (
          await fetch('/auth/login', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          })
        ).status,
      admin,
    )
    t.equal(signIn, 200)
    const registered = await ceremony(page, 'create')
    t.equal(registered.status, 201, JSON.stringify(registered.body))
    t.equal(registered.body.recoveryCodes?.length, 10)
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
    t.match(credentials, [{ rpId: 'localhost', isResidentCredential: true }])

    await context.clearCookies()
    for (const time of ['first', 'second']) {
      const signedIn = await ceremony(page, 'get')
      t.equal(signedIn.status, 200, `${time}: ${JSON.stringify(signedIn.body)}`)
      t.match(signedIn.body.user, { email: admin.email, mfa: true })
    }
    t.equal((await context.cookies()).length, 3)
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await t.rejects(ceremony(page, 'get'), /NotAllowedError/, 'the browser verifies its user')
    t.same(faults, [])
  },
)
