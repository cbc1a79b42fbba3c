import t from 'tap'
import { namesOfActors } from '../../src/accounts/actor-names.js'
import { createApiKeys } from '../../src/accounts/api-keys/api-keys.js'
import { newId } from '../../src/ids.js'
import { addUser, engineDb } from '../helpers/engine-db.js'

t.test('an actor is shown by the present name of the user or key', async (t) => {
  const { db } = await engineDb(t)
  const [admin, other] = [await addUser(db, 'admin'), await addUser(db)]
  const keys = createApiKeys({ db, onChange: async () => {} })
  const key = await keys.create({ name: 'Scanner', scopes: ['orders:read'] }, admin)
  const actors = [
    { type: 'user', id: admin },
    { type: 'key', id: key.id },
    { type: 'system', id: null },
    { type: 'user', id: newId() },
    { type: 'user', id: admin },
  ] as const
  const nameOf = await namesOfActors(db, [...actors])
  t.same(actors.map(nameOf), ['admin', 'Scanner', 'System', 'Deleted user', 'admin'])
  t.equal(nameOf({ type: 'user', id: other }), 'Deleted user', 'only those that were asked for')
  t.equal((await namesOfActors(db, []))({ type: 'system', id: null }), 'System')
})
