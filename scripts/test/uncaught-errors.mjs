/** Reports errors that nobody catches as failures of the running test. */

/** The running tests, each within the one before it. */
const running = []

/** Makes an error that nobody catches fail `test`, or the innermost of its tests that is running. */
export function watchErrors(test) {
  running.push(test)
  test.on('subtestStart', watchErrors)
  test.on('end', () => running.splice(running.indexOf(test), 1))
}

process.on('uncaughtException', (error, origin) => {
  const test = running.at(-1)
  if (!test) throw error
  test.threw(Object.assign(error instanceof Object ? error : new Error(String(error)), { tapCaught: origin }))
})
