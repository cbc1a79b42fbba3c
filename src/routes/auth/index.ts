import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import email from './email.js'
import erasure from './erasure.js'
import exporting from './export.js'
import getMe from './get-me.js'
import loginMfa from './login-mfa.js'
import loginPasskey from './login-passkey.js'
import logout from './logout.js'
import me from './me.js'
import mfa from './mfa.js'
import passkeys from './passkeys.js'
import password from './password.js'
import passwordReset from './password-reset.js'
import refresh from './refresh.js'
import signIn from './sign-in.js'

/** Accounts and sessions. */
const auth: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(async (guessing) => {
    guessing.addHook('onRequest', guessing.limitAuth)
    await guessing.register(signIn)
    await guessing.register(refresh)
    await guessing.register(password)
    await guessing.register(loginMfa)
    await guessing.register(mfa)
    await guessing.register(loginPasskey)
    await guessing.register(passkeys)
    await guessing.register(passwordReset)
    await guessing.register(erasure)
    await guessing.register(exporting)
    await guessing.register(email)
  })
  await app.register(logout)
  await app.register(getMe)
  await app.register(me)
}

export default auth
