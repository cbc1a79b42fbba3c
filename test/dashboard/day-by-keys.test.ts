import t from 'tap'
import { noBrowser } from '../helpers/browser.js'
import { keysOnly } from '../helpers/day/hands.js'
import { walkThroughTheDay } from '../helpers/day/walk.js'

t.test('the day of a shop, with keys only', { skip: noBrowser }, (t) => walkThroughTheDay(t, keysOnly))
