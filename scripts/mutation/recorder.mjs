/**
 * Replaces `tap` in the test files under mutation testing: records the calls on the root test, so that each test can
 * run alone, and again for each mutant, without reloading the file.
 */
let calls = []
let current

/** Returns the tests and hooks that the file imported by `load` registers on the root test. */
export async function record(load) {
  calls = []
  current = undefined
  await load()
  return calls
}

/** From now on the file's root test is `root`: its tests and hooks may ask something of it too. */
export function replayOn(root) {
  current = root
}

export default new Proxy(
  {},
  {
    get: (_, method) =>
      current
        ? current[method].bind(current)
        : (...args) => {
            calls.push({ method, args })
          },
  },
)
