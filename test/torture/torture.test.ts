import { randomInt } from 'node:crypto'
import t from 'tap'
import { onServer } from '../helpers/database.js'
import { cases } from '../helpers/effort.js'
import { without } from '../helpers/topology/programs.js'
import { cutAtCommit } from './faults/commits.js'
import { alternatingSignals } from './faults/processes.js'
import { Random } from './random.js'
import { held } from './report/table.js'
import { torture } from './torture.js'

// The seed of a failed run repeats its draws.
const seed = process.env.TORTURE_SEED ?? String(randomInt(2 ** 31))

const ROUNDS = cases(3)

const database = onServer ? 'mysql' : 'sqlite'
const fault = onServer ? cutAtCommit : alternatingSignals()
const skip = onServer && without('mariadbd', 'mariadb-install-db', 'redis-server')

t.test(`${fault.title}: nothing is lost, duplicated or skipped`, { skip }, async (t) => {
  t.comment(`TORTURE_SEED=${seed}`)
  const random = new Random(`${seed}/${fault.name}/${database}`)
  const { rounds, acknowledged } = await torture(t, { fault, database, rounds: ROUNDS, seconds: 0.5, random })
  t.ok(acknowledged > 0)
  t.ok(held({ rounds, wanted: ROUNDS }), 'the fault hits its target in each round')
  for (const { number, findings, deaths } of rounds)
    t.same({ findings, deaths }, { findings: [], deaths: [] }, `round ${number}, TORTURE_SEED=${seed}`)
})
