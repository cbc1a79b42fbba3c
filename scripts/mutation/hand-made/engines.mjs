/** Mutants in transactions, offsets and other rules of the engines. */
export const ENGINES = [
  {
    what: 'A write answers before its COMMIT',
    file: 'src/db/commit-hooks.ts',
    edits: [
      [
        'const result = await transact(async (tx) => {',
        'const result = await new Promise<T>((answer, fail) => transact(async (tx) => {',
      ],
      [
        '        return outcome\n      })',
        '        answer(outcome)\n        return outcome\n      }).catch(fail))',
      ],
    ],
    tests: ['test/db/sqlite/commit.test.ts'],
  },
  {
    what: 'The events of a status change are appended in a separate transaction',
    file: 'src/orders/write-changes.ts',
    edits: [
      [
        'await eventLog.append(tx, drafts.slice(i, i + EVENTS_AT_ONCE), at)',
        'db.afterCommit(tx, () => void db.write((other) => eventLog.append(other, drafts.slice(i, i + EVENTS_AT_ONCE), at)))',
      ],
    ],
    tests: ['test/orders'],
  },
  {
    what: 'The events of an order are appended in a separate transaction',
    file: 'src/orders/place-orders.ts',
    edits: [
      [
        '() => eventLog.append(tx, plan.drafts, plan.at),',
        'async () => db.afterCommit(tx, () => void db.write((other) => eventLog.append(other, plan.drafts, plan.at))),',
      ],
    ],
    tests: ['test/orders'],
  },
  {
    what: 'Each append skips an offset',
    file: 'src/db/sqlite/dialect.ts',
    edits: [
      ['      rows.length,\n    )\n    if (!counter)', '      rows.length + 1,\n    )\n    if (!counter)'],
      ['counter.last - rows.length + 1', 'counter.last - rows.length'],
    ],
    tests: [
      'test/orders/placing.test.ts',
      'test/routes/events/events.test.ts',
      'test/sockets/streams.test.ts',
    ],
  },
  {
    what: 'Existing orders of an Idempotency-Key are not looked up',
    file: 'src/orders/batch-plan.ts',
    edits: [['keyed: await findKeyed(db, tx, batch)', 'keyed: { orders: new Map(), checkouts: new Map() }']],
    tests: ['test/orders/placing.test.ts'],
  },
  {
    what: 'A reused key with a different body replays the first order',
    file: 'src/orders/idempotency.ts',
    edits: [['made.productId === productId && made.quantity === quantity', 'true']],
    tests: ['test/orders/placing.test.ts'],
  },
  {
    what: 'An order may take one unit more than the stock',
    file: 'src/orders/decide.ts',
    edits: [['if (product.stock < quantity)', 'if (product.stock < quantity - 1)']],
    tests: ['test/orders/placing.test.ts', 'test/orders/stock-model.test.ts'],
  },
  {
    what: 'A cancellation returns twice the stock',
    file: 'src/orders/write-changes.ts',
    edits: [['quantity: quantity + delta,', 'quantity: quantity + delta * 2,']],
    tests: ['test/orders/following.test.ts'],
  },
  {
    what: 'Cancel does not check for an earlier cancellation',
    file: 'src/orders/change-order.ts',
    edits: [
      [
        "        if (order.status === 'cancelled') return undefined\n",
        "        if (order.status === 'cancelled') return { status: 'cancelled' }\n",
      ],
    ],
    tests: ['test/orders/following.test.ts', 'test/orders/changing.test.ts'],
  },
  {
    what: 'A status change goes by the status read before the lock (MySQL, MariaDB)',
    file: 'src/orders/hold-orders.ts',
    edits: [['lockOrders ? await orderChanges.readOrders(tx, found) : known', 'known']],
    tests: ['test/orders', 'test/routes/products/rivals.test.ts'],
    database: 'mysql',
  },
  {
    what: 'A page of the log repeats the last event of the previous page',
    file: 'src/stream/event-texts.ts',
    edits: [
      [
        'events.offset > ? AND events.offset <= ? ${filter}',
        'events.offset >= ? AND events.offset <= ? ${filter}',
      ],
    ],
    tests: ['test/sockets/replay.test.ts', 'test/sockets/streams.test.ts'],
  },
  {
    what: 'A replay skips the first event of each page',
    file: 'src/stream/resume.ts',
    edits: [['sentUpTo = page.upTo', 'sentUpTo = page.upTo + 1']],
    tests: ['test/sockets/replay.test.ts', 'test/sockets/streams.test.ts'],
  },
  {
    what: 'A replay of own orders skips events beyond a full page',
    file: 'src/stream/pages.ts',
    edits: [['read.length < PAGE_OFFSETS ? last', 'read.length <= PAGE_OFFSETS ? last']],
    tests: ['test/sockets/replay.test.ts', 'test/sockets/streams.test.ts'],
  },
  {
    what: 'The relay publishes its own commits across a gap',
    file: 'src/stream/relay.ts',
    edits: [['if (event.offset === next) {', 'if (event.offset >= next) {']],
    tests: ['test/stream/relay.test.ts'],
  },
  {
    what: 'Concurrent guesses are not counted together',
    file: 'src/accounts/lockout/local-guesses.ts',
    edits: [
      ['(running.get(account)?.size ?? 0) >= MAX_WRONG - countOf(account)', 'countOf(account) >= MAX_WRONG'],
    ],
    tests: ['test/routes/auth/signing-in.test.ts'],
  },
  {
    what: 'If-Match is ignored',
    file: 'src/catalog/product-transactions.ts',
    edits: [['accepts?.(row.version) !== false', 'true']],
    tests: ['test/routes/products/rivals.test.ts'],
  },
  {
    what: 'A stock adjustment writes no adjustment row',
    file: 'src/catalog/book-stock.ts',
    edits: [['delta !== 0', 'delta === 0']],
    tests: ['test/routes/products', 'test/orders/stock-model.test.ts'],
  },
  {
    what: 'Pruning the log deletes one event too many',
    file: 'src/stream/prune-log.ts',
    edits: [['offset: { lte: last.offset }', 'offset: { lte: last.offset + 1n }']],
    tests: ['test/stream', 'test/routes/events', 'test/sockets/replay.test.ts'],
  },
  {
    what: 'A password change overwrites one that was made meanwhile',
    file: 'src/accounts/change-password.ts',
    edits: [['        if (row.password !== old) return false\n', '']],
    tests: ['test/accounts/passwords/changing.test.ts'],
  },
  {
    what: 'A session that has ended changes the password',
    file: 'src/accounts/sessions/sessions.ts',
    edits: [['        if (kept !== undefined && !live.includes(kept)) throw sessionEnded()\n', '']],
    tests: ['test/accounts/passwords/changing.test.ts'],
  },
  {
    what: 'A password change ends no session',
    file: 'src/accounts/sessions/session-rows.ts',
    edits: [['where: { userId, id: { not: keep }, ...live },', "where: { userId, id: '', ...live },"]],
    tests: ['test/accounts/passwords/changing.test.ts', 'test/accounts/first-admin.test.ts'],
  },
  {
    what: 'A sign-in waits for the new hash of an old password',
    file: 'src/accounts/accounts.ts',
    edits: [
      [
        '        if (opened || pending) renewals.renew(user, typed.password)\n',
        '        if (opened || pending) renewals.renew(user, typed.password)\n        await renewals.settled()\n',
      ],
    ],
    tests: ['test/accounts/passwords/work.test.ts'],
  },
  {
    what: 'A renewed hash overwrites a new password',
    file: 'src/accounts/passwords/renew-hashes.ts',
    edits: [['where: { id, password: old }', 'where: { id }']],
    tests: ['test/accounts/sessions/races.test.ts'],
  },
  {
    what: 'Idle sessions do not end',
    file: 'src/accounts/sessions/session-rows.ts',
    edits: [['lastUsedAt: { gt: idleSince }', 'lastUsedAt: { gt: new Date(0) }']],
    tests: ['test/accounts/sessions/sessions.test.ts'],
  },
]
