import { person, type Samples } from './sample.js'
import type { Shop } from './shop.js'

/** The caller's own account. */
export function accountSamples({ buyer, cookies, member }: Shop): Samples {
  return {
    getMe: [
      [200, buyer],
      [401, {}],
    ],
    changeMe: [
      [200, { ...buyer, payload: { name: 'Ada King' } }],
      [401, { ...buyer, payload: { email: 'new@shop.test', password: 'wrong' } }],
      [400, { ...buyer, payload: {} }],
      [401, { payload: { name: 'Ada King' } }],
    ],
    changePassword: [
      [
        204,
        { ...member, payload: { currentPassword: person.password, newPassword: 'nine lamps and a ladder' } },
      ],
      [401, { ...member, payload: { currentPassword: 'wrong', newPassword: 'nine lamps and a ladder' } }],
      [400, { ...member, payload: { currentPassword: person.password, newPassword: 'short' } }],
      [401, { payload: {} }],
    ],
    eraseMe: [
      [401, { ...member, payload: { password: 'wrong' } }],
      [400, { ...member, payload: {} }],
      [403, { cookies, headers: { origin: 'https://evil.example' }, payload: { password: 'wrong' } }],
    ],
    exportMe: [
      [200, buyer],
      [401, {}],
    ],
  }
}
