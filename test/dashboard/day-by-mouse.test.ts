import t from 'tap'
import { noBrowser } from '../helpers/browser.js'
import { mouseOnly } from '../helpers/day/hands.js'
import { walkThroughTheDay } from '../helpers/day/walk.js'

t.test('the day of a shop, with the mouse only', { skip: noBrowser }, (t) => walkThroughTheDay(t, mouseOnly))
