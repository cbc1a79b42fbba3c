/** Mutants in settings, access rules and sessions. */
export const SETTINGS_AND_ACCESS = [
  {
    what: 'TRUST_PROXY is true unless set',
    file: 'src/config.ts',
    edits: [["parseTrust(text = 'false')", "parseTrust(text = 'true')"]],
    tests: ['test/config.test.ts'],
  },
  {
    what: 'A hop count in TRUST_PROXY trusts one proxy too many',
    file: 'src/config.ts',
    edits: [['hop < Number(text)', 'hop <= Number(text)']],
    tests: ['test/config/addresses.test.ts', 'test/http/addresses.test.ts'],
  },
  {
    what: 'CORS_ORIGIN=* is a valid setting',
    file: 'src/config/addresses.ts',
    edits: [["if (text === '*') return 'must list", "if (text === '*') return undefined && 'must list"]],
    tests: ['test/config.test.ts'],
  },
  {
    what: 'CORS lets every origin read responses',
    file: 'src/plugins/security.ts',
    edits: [['origin: corsOrigins,', 'origin: true,']],
    tests: ['test/http', 'test/security', 'test/routes/auth/access.test.ts'],
  },
  {
    what: 'No CSRF check for changes by cookie',
    file: 'src/http/identify.ts',
    edits: [['    refuse(request)\n    return identity', '    return identity']],
    tests: ['test/routes/auth/access.test.ts', 'test/http/origins.test.ts'],
  },
  {
    what: 'Production starts with a weak JWT_SECRET',
    file: 'src/config/read-settings.ts',
    edits: [['...(production ? weak : [])', '...[]']],
    tests: ['test/config.test.ts'],
  },
  {
    what: 'Every signed-in user changes products',
    file: 'src/routes/products/writing.ts',
    edits: [["app.auth.require('products:write')", "app.auth.require('account:use')"]],
    tests: ['test/contract/who-may.test.ts', 'test/routes/products/changing.test.ts'],
  },
  {
    what: 'Every signed-in user changes the status of an order',
    file: 'src/routes/orders/moving.ts',
    edits: [["app.auth.require('orders:change')", "app.auth.require('account:use')"]],
    tests: ['test/contract/who-may.test.ts', 'test/orders/following.test.ts'],
  },
  {
    what: 'Any customer reads any order',
    file: 'src/orders/orders.ts',
    edits: [['!order || (owner !== undefined && order.userId !== owner)', '!order']],
    tests: ['test/orders/following.test.ts'],
  },
  {
    what: 'Any customer ends any session',
    file: 'src/accounts/sessions/session-rows.ts',
    edits: [['where: { id, userId, ...live },', 'where: { id, ...live },']],
    tests: ['test/routes/auth/sessions.test.ts', 'test/accounts/sessions/sessions.test.ts'],
  },
  {
    what: 'The access token of a revoked session is accepted',
    file: 'src/accounts/access-tokens/jwt.ts',
    edits: [['    this.refuseIfEnded(identity)\n', '']],
    tests: ['test/routes/auth/sessions.test.ts', 'test/sockets/connections.test.ts'],
  },
  {
    what: 'No overlap for two tabs that refresh at once',
    file: 'src/accounts/sessions/refresh-tokens.ts',
    edits: [['OVERLAP_MS = 10_000', 'OVERLAP_MS = -1']],
    tests: ['test/accounts/sessions/sessions.test.ts', 'test/routes/auth/sessions.test.ts'],
  },
  {
    what: 'A reused refresh token revokes no session',
    file: 'src/accounts/sessions/sessions.ts',
    edits: [['      await revokeOne(tx, sessionId, userId, momentAt(at))\n      return {', '      return {']],
    tests: ['test/accounts/sessions/sessions.test.ts', 'test/routes/auth/sessions.test.ts'],
  },
]
