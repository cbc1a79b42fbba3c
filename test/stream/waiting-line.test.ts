import t from 'tap'
import { WaitingLine } from '../../src/stream/waiting-line.js'

interface Job {
  name: string
  progress: number
  since: number
}

const namesOf = (line: WaitingLine<Job>, count: number) =>
  Array.from({ length: count }, () => line.next()?.name)

t.test('the most advanced job is next, and of equal ones the first', async (t) => {
  const line = new WaitingLine<Job>()
  line.add({ name: 'behind', progress: 1, since: 0 })
  line.add({ name: 'ahead', progress: 3, since: 0 })
  line.add({ name: 'between', progress: 2, since: 0 })
  line.add({ name: 'ahead too', progress: 3, since: 0 })
  t.equal(line.size, 4)
  t.same(namesOf(line, 3), ['ahead', 'ahead too', 'between'])
  t.equal(line.size, 1)
})

t.test('without progress, jobs are taken in order', async (t) => {
  const line = new WaitingLine<Job>()
  const names = Array.from({ length: 20 }, (_, i) => `job ${i}`)
  for (const [i, name] of names.entries()) line.add({ name, progress: 0, since: i })
  t.same(namesOf(line, 20), names)
  t.equal(line.next(), undefined)
})

t.test('the oldest gets a quarter of the turns, however many quicker ones come', async (t) => {
  const line = new WaitingLine<Job>()
  line.add({ name: 'old', progress: 1, since: 0 })
  const taken: (string | undefined)[] = []
  for (let i = 1; i <= 20; i++) {
    line.add({ name: 'quick', progress: 100, since: i })
    const job = line.next()
    taken.push(job?.name)
    if (job?.name === 'old') line.add(job)
  }
  t.equal(taken.filter((name) => name === 'old').length, 5)
})
