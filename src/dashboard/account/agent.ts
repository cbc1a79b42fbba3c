import { t } from '../languages/account.js'

/** From the more to the less specific: browsers name their ancestors as well. */
const browsers: [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]
const MAX_LENGTH = 60

const firstOf = (known: [RegExp, string][], text: string) =>
  known.find(([pattern]) => pattern.test(text))?.[1]

/** Describes a User-Agent header for people: "Firefox on Linux", or its beginning if it is of no known browser. */
export function describeAgent(agent: string | null): string {
  if (!agent) return t.unknownProgram
  const browser = firstOf(browsers, agent)
  const system = firstOf(systems, agent)
  if (browser) return system ? t.on(browser, system) : browser
  return agent.length > MAX_LENGTH ? `${agent.slice(0, MAX_LENGTH)}…` : agent
}
