/** Mutants in raw reads on SQLite, restored products, summaries of the log, and responses that come early. */
export const READS_AND_CONNECTIONS = [
  {
    what: 'A raw read returns 0 or 1 for a boolean',
    file: 'src/db/sqlite/direct-reads.ts',
    edits: [['value === null ? null : value !== 0', 'value']],
    tests: ['test/db/sqlite/direct-reads.test.ts'],
  },
  {
    what: 'A raw read compares a date as text',
    file: 'src/db/sqlite/direct-reads.ts',
    edits: [['value instanceof Date ? value.getTime()', 'value instanceof Date ? value.toISOString()']],
    tests: ['test/db/sqlite/direct-reads.test.ts'],
  },
  {
    what: 'A raw read returns a sum as a number',
    file: 'src/db/sqlite/direct-reads.ts',
    edits: [['type === null ? asBigInt : CONVERTED[type]', 'type === null ? undefined : CONVERTED[type]']],
    tests: ['test/db/sqlite/direct-reads.test.ts'],
  },
  {
    what: 'A product is restored again and again',
    file: 'src/catalog/change-products.ts',
    edits: [
      [
        'if (before.deletedAt === null) return versioned(before, db.money)\n        refuseOther',
        'refuseOther',
      ],
    ],
    tests: ['test/catalog/restoring.test.ts'],
  },
  {
    what: 'If-Match is ignored when a product is restored',
    file: 'src/catalog/change-products.ts',
    edits: [
      [
        'refuseOther(before, change, inDoubt)\n        const at = currentTime()\n        const row = await tx.product.update({\n          where: { id },\n          data: {\n            nameSort',
        'const at = currentTime()\n        const row = await tx.product.update({\n          where: { id },\n          data: {\n            nameSort',
      ],
    ],
    tests: ['test/catalog/restoring.test.ts', 'test/routes/products/restoring.test.ts'],
  },
  {
    what: 'The event of a restored product is appended in a separate transaction',
    file: 'src/catalog/change-products.ts',
    edits: [
      [
        "await record(tx, 'product.restored', id, change)\n        await eventLog.append(tx, [productEvent(db, 'product:created', row, originOf(change))], at)",
        "await record(tx, 'product.restored', id, change)\n        db.afterCommit(tx, () => void db.write((other) => eventLog.append(other, [productEvent(db, 'product:created', row, originOf(change))], at)))",
      ],
    ],
    tests: ['test/catalog/restoring.test.ts'],
  },
  {
    what: 'A restored product leaves no audit entry',
    file: 'src/catalog/change-products.ts',
    edits: [["await record(tx, 'product.restored', id, change)\n", '']],
    tests: ['test/catalog/restoring.test.ts'],
  },
  {
    what: 'A page of deleted products repeats the last one of the page before',
    file: 'src/catalog/list-deleted.ts',
    edits: [['{ id: { lt: id } }', '{ id: { lte: id } }']],
    tests: ['test/catalog/restoring.test.ts', 'test/routes/products/restoring.test.ts'],
  },
  {
    what: 'Anyone lists the deleted products',
    file: 'src/routes/products/deleted.ts',
    edits: [["  app.addHook('onRoute', app.auth.require('products:write'))\n", '']],
    tests: ['test/routes/products/restoring.test.ts', 'test/contract/who-may.test.ts'],
  },
  {
    what: 'The summary of lines that were left out counts those that were written too',
    file: 'src/log/line-limit.ts',
    edits: [['onSuppressed(level, kind, count - perSecond)', 'onSuppressed(level, kind, count)']],
    tests: ['test/log/line-limit.test.ts'],
  },
  {
    what: 'The limit of log lines is that of the whole run, not of each second',
    file: 'src/log/line-limit.ts',
    edits: [['    counts.clear()\n', '']],
    tests: ['test/log/line-limit.test.ts'],
  },
  {
    what: 'A response that comes early closes its connection with unread bytes',
    file: 'src/connections/connection.ts',
    edits: [['if (!request.complete && !socket.destroyed) this.#discard(request)\n', '']],
    tests: ['test/connections/early-responses.test.ts'],
  },
  {
    what: 'A client that sends for ever after its response is never cut off',
    file: 'src/connections/connection.ts',
    edits: [
      ['setTimeout(() => socket.destroy(), this.#lingerMs)', 'setTimeout(() => undefined, this.#lingerMs)'],
    ],
    tests: ['test/connections/early-responses.test.ts'],
  },
]
