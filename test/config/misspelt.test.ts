import t from 'tap'
import { warnOfMisspelt } from '../../src/config/misspelt.js'

const meant = (name: string) => /did you mean (\w+)\?$/.exec(warnOfMisspelt([name])[0] ?? '')?.[1]

t.test('a name within two edits of a setting is reported as a misspelling', async (t) => {
  const cases: [string, string | undefined][] = [
    ['DATABASE_URI', 'DATABASE_URL'], // replaced
    ['DATABASEURL', 'DATABASE_URL'], // left out
    ['DATABASE__URL', 'DATABASE_URL'], // put in
    ['ATABASE_URLS', 'DATABASE_URL'], // both
    ['DATBASE_RL', 'DATABASE_URL'],
    ['DATABASE_URLXY', 'DATABASE_URL'],
    ['DATABASE_URLXYZ', undefined],
    ['ATBASE_RL', undefined],
    ['DXTXBXSE_URL', undefined],
    ['JWT_SECRET_FIL', 'JWT_SECRET_FILE'],
  ]
  for (const [name, setting] of cases) t.equal(meant(name), setting, name)
})

t.test('the name of a setting, or a short name, is not reported', async (t) => {
  t.same(warnOfMisspelt(['DATABASE_URL', 'JWT_SECRET_FILE', 'PORT', 'HOST']), [])
  t.same(warnOfMisspelt(['PORTS', 'HOSTS', 'HOS', 'POORT']), [])
  t.same(warnOfMisspelt([]), [])
})

t.test("the beginning of a setting's name is reported if it has more than one word", async (t) => {
  t.equal(meant('RATE_LIMIT'), 'RATE_LIMIT_MAX')
  t.equal(meant('PRODUCT_WRITE'), 'PRODUCT_WRITE_ACCESS')
  t.equal(meant('PRODUCT'), undefined)
  t.equal(meant('DATABASE'), undefined)
})

t.test('each misspelt name has its own warning, which says what to do', async (t) => {
  const warnings = warnOfMisspelt(['CURENCY', 'HOME', 'LOG_LEVELS'])
  t.same(warnings, [
    'CURENCY is not a setting and has no effect: did you mean CURRENCY?',
    'LOG_LEVELS is not a setting and has no effect: did you mean LOG_LEVEL?',
  ])
})
