/*
 * The floors of the house: a room leans only on rooms below it, and only on their public faces.
 * `npm run floors` checks the whole tree; tests/unit/platform/floors.spec.ts proves that wrong
 * imports are found.
 */

/** From top to bottom; rooms on one floor do not know each other. */
const FLOORS = [
  ['demo'],
  ['reports'],
  ['sales_agent', 'quantization'],
  ['crm'],
  ['llm'],
  ['wallet'],
  ['accounts'],
  ['shared'],
]

const rooms = FLOORS.flat()

/** One rule per room: everything above it and beside it is out of reach. */
const floorRules = FLOORS.flatMap((floor, index) =>
  floor.map((room) => {
    const reachable = [room, ...FLOORS.slice(index + 1).flat()]
    const forbidden = rooms.filter((other) => !reachable.includes(other))
    return {
      name: `floor-of-${room}`,
      comment: `${room} may lean on: ${reachable.slice(1).join(', ') || 'nothing'}. Emit an event instead.`,
      severity: 'error',
      from: { path: `^app/${room}/` },
      to: { path: forbidden.length > 0 ? `^app/(${forbidden.join('|')})/` : '^$' },
    }
  })
)

module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'only-through-the-face',
      comment:
        'Import another room as #room, never a file inside it. (shared has no face: it is small.)',
      severity: 'error',
      from: { path: '^app/([^/]+)/' },
      to: {
        path: '^app/([^/]+)/',
        pathNot: ['^app/$1/', '^app/[^/]+/index\\.ts$', '^app/shared/'],
      },
    },
    {
      name: 'commands-through-faces',
      comment: 'Commands stand on the top floor and use the faces of the rooms.',
      severity: 'error',
      from: { path: '^commands/' },
      to: { path: '^app/', pathNot: ['^app/[^/]+/index\\.ts$', '^app/shared/'] },
    },
    {
      name: 'gpu-stands-apart',
      comment: 'The GPU process knows nothing of the application; they talk by gpu/protocol.ts.',
      severity: 'error',
      from: { path: '^gpu/' },
      to: { path: '^(app|providers|config|start|commands|database)/' },
    },
    {
      name: 'gpu-only-by-its-protocol',
      comment: 'The application knows the messages of the GPU process and nothing else of it.',
      severity: 'error',
      from: { path: '^(app|commands)/' },
      to: { path: '^gpu/', pathNot: '^gpu/protocol\\.ts$' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      // Measuring is part of the tests and has a command to start it.
      from: {
        path: '^(app|gpu|providers|commands|config|start)/',
        pathNot: '^commands/bench\\.ts$',
      },
      to: { path: '^tests/' },
    },
    {
      name: 'no-cycles',
      comment: 'Files that need each other are one file, or one of them needs an event.',
      severity: 'error',
      from: { path: '^(app|gpu|providers|commands)/' },
      to: {
        circular: true,
        // What is named lazily or only as a type is no cycle when the files are loaded. Models of
        // one room name each other in their relations, as functions that run later.
        viaOnly: { dependencyTypesNot: ['dynamic-import', 'type-only'], pathNot: '/models/' },
      },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // Subpath imports (#room) point at .js files, which are .ts files here.
    webpackConfig: { fileName: '.dependency-cruiser.resolve.cjs' },
    progress: { type: 'none' },
  },
}
