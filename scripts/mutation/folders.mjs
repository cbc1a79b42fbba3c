/**
 * The sources that mutation testing changes, by folder, and the tests expected to fail. Tests run again for each of hundreds of
 * mutants, so the slow ones are left out.
 */
export const FOLDERS = {
  config: { mutate: ['src/config.ts', 'src/config/**/*.ts'], tests: ['config', 'config/'] },
  orders: {
    mutate: ['src/orders/**/*.ts'],
    tests: ['orders/'],
    except: ['following', 'gone', 'held', 'limits', 'placing', 'refusing', 'stock-model'].map(
      (name) => `orders/${name}`,
    ),
  },
  stream: { mutate: ['src/stream/**/*.ts'], tests: ['stream/'] },
  accounts: {
    mutate: ['src/accounts/**/*.ts'],
    tests: [
      'accounts/',
      'contract/who-may',
      'idempotency/in-doubt',
      'redis/account-changes',
      'redis/devices',
      'redis/lockout',
      'routes/api-keys/',
      'routes/audit/audit',
      'routes/auth/',
      'routes/events/user-events',
      'routes/users/',
      'security-log/',
    ],
    except: ['routes/auth/crowds', 'routes/auth/passkeys-browser'],
  },
  catalog: {
    mutate: ['src/catalog/**/*.ts'],
    tests: [
      'catalog/',
      'idempotency/adjustments',
      'idempotency/imports',
      'idempotency/in-doubt',
      'orders/changing',
      'orders/place-orders',
      'orders/search/flat',
      'routes/audit/audit',
      'routes/products/',
    ],
    // The first needs a hundred thousand products; the others start the built program, which has no mutants.
    except: [
      'catalog/search/hostile',
      'catalog/search/reindex-kill',
      'catalog/files/one-line',
      'catalog/files/slow-readers',
    ],
  },
}

/** The test files of a folder, out of `all`: a name that ends in a slash stands for all below it. */
const testsOf = ({ tests, except = [] }, all) =>
  all.filter((file) => {
    const is = (name) =>
      name.endsWith('/') ? file.startsWith(`test/${name}`) : file === `test/${name}.test.ts`
    return tests.some(is) && !except.some(is)
  })

/** The test files of the run in progress, out of `all`: those of its folder, or those that its options name. */
export const chosenTests = (all) => {
  const { MUTATION_FOLDER: folder, MUTATION_TESTS: named } = process.env
  return testsOf(named ? { tests: named.split(',') } : FOLDERS[folder], all)
}
