import t from 'tap'
import { describeAgent } from '../../src/dashboard/account/agent.js'

const MOZILLA = 'Mozilla/5.0'

t.test('a browser is named by its own name, and a program by its header', (t) => {
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  const agents: [string | null, string][] = [
    [`${MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox on Linux'],
    [`${MOZILLA} (Windows NT 10.0; Win64; x64) ${chrome}`, 'Chrome on Windows'],
    [`${MOZILLA} (Windows NT 10.0; Win64; x64) ${chrome} Edg/140.0.0.0`, 'Edge on Windows'],
    [`${MOZILLA} (X11; Linux x86_64) ${chrome} OPR/120.0.0.0`, 'Opera on Linux'],
    [
      `${MOZILLA} (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36`,
      'Chrome on Linux',
    ],
    [
      `${MOZILLA} (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36`,
      'Chrome on Android',
    ],
    [
      `${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15`,
      'Safari on macOS',
    ],
    [
      `${MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1`,
      'Safari on iOS',
    ],
    ['curl/8.9.1', 'curl/8.9.1'],
    ['x'.repeat(61), `${'x'.repeat(60)}…`],
    ['', 'Unknown program'],
    [null, 'Unknown program'],
  ]
  for (const [agent, said] of agents) t.equal(describeAgent(agent), said)
  t.end()
})
