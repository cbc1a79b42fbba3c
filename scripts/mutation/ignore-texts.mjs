/**
 * Ignores mutants of texts meant for people: error messages, problem details, log lines. Tests check the parts of
 * such a text that clients or operators rely on, not its wording.
 */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

const isText = ({ node }) => node.type === 'StringLiteral' || node.type === 'TemplateLiteral'
const nameOf = (node) => node?.name ?? node?.property?.name

/** Returns whether `path` is an argument of `new …Error(…)`, `new Problem(…)` and the like. */
const isOfError = ({ parent, listKey }) =>
  ['NewExpression', 'CallExpression'].includes(parent?.type) &&
  listKey === 'arguments' &&
  /(Error|Problem|RowLockTimeout|QueueClosed|QueueFull|RelayStuck|NoAccessToken|notFound)$/.test(
    nameOf(parent.callee) ?? '',
  )

/** Returns whether `path` is the value of `message: …` or an error's name. */
const isNamed = ({ parent, key }) =>
  (key === 'value' && parent?.type === 'ObjectProperty' && nameOf(parent.key) === 'message') ||
  (key === 'value' && parent?.type === 'ClassProperty' && nameOf(parent.key) === 'name')

const ignorer = {
  shouldIgnore: (path) =>
    isText(path) && (isOfError(path) || isNamed(path)) ? 'a text for people' : undefined,
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'texts', ignorer)]
