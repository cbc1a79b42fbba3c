import { NOWHERE, type Samples } from './sample.js'
import type { Shop } from './shop.js'

/** Users, API keys and the audit trail. */
export function managementSamples({ admin, apiKey, buyer, bystander, victim }: Shop): Samples {
  return {
    listUsers: [
      [200, { ...admin, query: { q: 'ada', limit: '1' } }],
      [400, { ...admin, query: { role: 'boss' } }],
      [403, buyer],
    ],
    getUser: [
      [200, admin, buyer.id],
      [404, admin, NOWHERE],
      [401, {}, buyer.id],
    ],
    updateUser: [
      [200, { ...admin, payload: { role: 'staff', name: 'Grace Hopper' } }, bystander.id],
      [409, { ...admin, payload: { role: 'customer' } }, admin.id],
      [400, { ...admin, payload: { role: 'boss' } }, buyer.id],
      [404, { ...admin, payload: { disabled: true } }, NOWHERE],
      [403, { ...buyer, payload: { role: 'admin' } }, buyer.id],
    ],
    eraseUser: [
      [204, admin, victim.id],
      [404, admin, victim.id],
      [409, admin, admin.id],
      [403, buyer, buyer.id],
    ],
    endUserSessions: [
      [204, admin, bystander.id],
      [404, admin, NOWHERE],
    ],
    unlockUser: [
      [204, admin, bystander.id],
      [404, admin, NOWHERE],
      [403, buyer, buyer.id],
    ],
    listAuditEntries: [
      [200, admin],
      [400, { ...admin, query: { from: 'yesterday' } }],
      [403, buyer],
    ],
    listApiKeys: [
      [200, admin],
      [403, buyer],
      [401, { headers: { authorization: 'Bearer sk_stockroom_unknown' } }],
    ],
    createApiKey: [
      [201, { ...admin, payload: { name: 'Scanner', scopes: ['products:write'] } }],
      [400, { ...admin, payload: { name: 'Scanner', scopes: [], expiresAt: 'tomorrow' } }],
      [403, { ...buyer, payload: {} }],
    ],
    rotateApiKey: [
      [200, { ...admin, payload: { overlapSeconds: 60 } }, apiKey.id],
      [400, { ...admin, payload: {} }, apiKey.id],
      [404, { ...admin, payload: { overlapSeconds: 0 } }, NOWHERE],
    ],
    deleteApiKey: [
      [204, admin, apiKey.id],
      [404, admin, apiKey.id],
    ],
  }
}
