import { createConnection } from 'mariadb'
import t from 'tap'
import { buildApp } from '../../../src/app.js'
import { signIn, testConfig } from '../../helpers/app.js'
import { addProduct, auditBooks } from '../../helpers/books.js'
import { spawnServer } from '../../helpers/process.js'
import { unless } from '../../helpers/topology/programs.js'
import { startMariadb } from '../../helpers/topology/services.js'

t.test(
  'reads go on while a server is read-only, as during a failover',
  { skip: unless('mariadbd', 'mariadb-install-db') },
  async (t) => {
    const mariadb = await startMariadb(t)
    const connection = await createConnection({ host: '127.0.0.1', port: mariadb.port, user: 'root' })
    t.teardown(() => connection.end())
    await connection.query("CREATE USER keeper@'%' IDENTIFIED BY 'secret'")
    await connection.query("GRANT ALL ON shop.* TO keeper@'%'")
    const databaseUrl = `mysql://keeper:secret@127.0.0.1:${mariadb.port}/shop`
    const app = buildApp({ ...(await testConfig(t, t.testdir())), databaseUrl })
    t.teardown(() => app.close())
    await app.ready()
    const { headers } = await signIn(app)
    const payload = { productId: await addProduct(app), quantity: 1 }
    const order = () => app.inject({ method: 'POST', url: '/orders', headers, payload })

    await connection.query('SET GLOBAL read_only = ON')
    const refused = await order()
    t.match(refused, { statusCode: 503, headers: { 'retry-after': '5' } })
    t.match(refused.json(), { type: '/problems/unavailable' })
    t.equal((await app.inject('/health/ready')).statusCode, 503)
    t.equal((await app.inject('/products')).statusCode, 200)
    const { ended, output } = spawnServer(t, t.testdirName, { DATABASE_URL: databaseUrl })
    t.equal(await ended, 1)
    t.match(
      output(),
      /^The database mysql:\/\/keeper@\S+ cannot be used: the server takes no changes \(read_only\): .*\.\n$/,
    )

    await connection.query('SET GLOBAL read_only = OFF')
    t.equal((await order()).statusCode, 201)
    t.equal((await app.inject('/health/ready')).statusCode, 200)
    t.same(await auditBooks(app.db), [])
  },
)
