// The direction of imports within src/: clients' contract < databases < engines < HTTP and sockets < plugins and routes.
const ENGINES = '^src/(accounts|catalog|mail|orders|pulse|search|stream|webhooks)/'
const HTTP = '^src/(http|plugins|routes|sockets|connections)/'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Modules that import each other cannot be understood or tested apart.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contract-stands-alone',
      comment: 'What clients see depends on nothing: neither on Prisma nor on the server.',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { pathNot: '^src/contract/' },
    },
    {
      name: 'clients-import-the-contract-alone',
      comment: "The client module and the dashboard run in other people's programs.",
      severity: 'error',
      from: { path: '^src/(client|dashboard)/' },
      to: { path: '^src/', pathNot: '^src/(client|contract|dashboard)/' },
    },
    {
      name: 'engines-know-nothing-of-http',
      comment: 'Business rules are called by routes, sockets and programs alike.',
      severity: 'error',
      from: { path: ENGINES },
      to: { path: [HTTP, 'node_modules/(@fastify|fastify|socket\\.io)'] },
    },
    {
      name: 'database-below-the-engines',
      severity: 'error',
      from: { path: '^src/db/' },
      to: { path: [ENGINES, HTTP] },
    },
    {
      name: 'dialects-behind-the-database',
      comment: 'Shared code asks the dialect; only what opens a database knows which one it is.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(backup|copy|db/(mysql|sqlite))/|^src/db/open\\.ts$' },
      to: { path: '^src/db/(mysql|sqlite)/' },
    },
    {
      name: 'plugins-stand-alone',
      comment: 'A plugin decorates; routes and the application use it.',
      severity: 'error',
      from: { path: '^src/(http|sockets|connections|redis)/' },
      to: { path: '^src/(plugins|routes)/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/(generated|dashboard/vite\\.config)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
}
