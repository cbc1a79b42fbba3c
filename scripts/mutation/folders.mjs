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
    tests: ['accounts/', 'redis/lockout', 'routes/auth/'],
    except: ['routes/auth/crowds'],
  },
  catalog: {
    mutate: ['src/catalog/**/*.ts'],
    tests: ['catalog/'],
    // One starts the built program, which has no mutants; the other needs a hundred thousand products.
    except: ['catalog/search/reindex-names', 'catalog/search/hostile'],
  },
}

/** The test files of a folder, out of `all`: a name that ends in a slash stands for all below it. */
export const testsOf = ({ tests, except = [] }, all) =>
  all.filter((file) => {
    const is = (name) =>
      name.endsWith('/') ? file.startsWith(`test/${name}`) : file === `test/${name}.test.ts`
    return tests.some(is) && !except.some(is)
  })
