/** Stands for `tap` in bundled tests: the root test of the running file. */
import tap from 'tap'

const KEY = Symbol.for('stockroom.root-test')

/** Makes `t` the root test of the files imported from now on. */
export function setRootTest(t) {
  globalThis[KEY] = t
}

export default new Proxy(tap, {
  get(_, name) {
    const t = globalThis[KEY] ?? tap
    const member = t[name]
    return typeof member === 'function' ? member.bind(t) : member
  },
})
