// Which folder may import from which. Whatever is not listed is forbidden; node's modules and npm packages are free.
const ALLOWED = {
  protocol: [],
  common: [],
  'server/media': ['protocol', 'common'],
  'server/room': ['server/media/media-engine.ts', 'protocol', 'common'],
  'server/connection': ['server/room', 'server/media/media-engine.ts', 'protocol', 'common'],
  'server/bridge': ['protocol', 'common'],
  'server/control': ['server/room', 'server/connection', 'server/media/media-engine.ts', 'protocol', 'common'],
  'server/http': ['server/access', 'server/control', 'protocol', 'common'],
  'server/access': ['protocol', 'common'],
  'server/events': ['protocol', 'common'],
  worker: ['protocol', 'common'],
  client: ['protocol'],
  cli: ['server/main.ts', 'client', 'protocol', 'common'],
  web: ['client', 'protocol', 'common'],
};

const escape = (text) => text.replaceAll('.', '\\.');
const pattern = (place) => `^src/${escape(place)}${place.endsWith('.ts') ? '$' : '/'}`;

export default {
  forbidden: [
    ...Object.entries(ALLOWED).map(([folder, allowed]) => ({
      name: `${folder.replace('/', '-')}-imports`,
      comment: `${folder} may import from: ${allowed.join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from: { path: pattern(folder) },
      to: { path: '^src/', pathNot: [folder, ...allowed].map(pattern) },
    })),
    {
      name: 'main-is-the-root',
      comment: 'only the command line and tests start servers',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', '^src/server/main\\.ts$'] },
      to: { path: '^src/server/main\\.ts$' },
    },
    {
      name: 'no-cycles',
      comment: 'two parts of one thing may know each other by type',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      comment: 'what runs in production needs its packages in production',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
