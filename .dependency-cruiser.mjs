/** The direction of imports: contracts ← {domain, timeseries, ports} ← {actors, adapters} ← platform ← apps. */
const lib = (name) => `^libs/${name}/`;
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

export default {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }, 'A circle has no first thing to read.'),
    forbid(
      'contracts-know-nothing',
      { path: lib('contracts') },
      { path: '^(apps|libs/(?!contracts))' },
      'Everything depends on the contracts, so they depend on nothing.',
    ),
    forbid(
      'domain-is-pure',
      { path: lib('domain'), pathNot: '(spec|testing)' },
      { path: '^(apps|libs/(?!domain|contracts)|node_modules/(?!@types)|node:)' },
      'A decision that needs a clock, a disk or a framework cannot be replayed.',
    ),
    forbid(
      'timeseries-is-pure',
      { path: lib('timeseries') },
      { path: '^(apps|libs/(?!timeseries|contracts))' },
      'Operators take columns and give columns; what calls them is not their business.',
    ),
    forbid(
      'ports-name-needs',
      { path: lib('ports') },
      { path: '^(apps|libs/(?!ports|contracts))' },
      'A port that knows an adapter is no port.',
    ),
    forbid(
      'actors-know-no-device',
      { path: lib('actors') },
      { path: '^(apps|libs/(adapters|platform|timeseries))' },
      'The runtime runs any behaviour over any log.',
    ),
    forbid(
      'adapters-know-no-app',
      { path: lib('adapters') },
      { path: '^(apps|libs/(platform|actors))' },
      'An adapter fills a port; who uses it is chosen by the platform.',
    ),
    forbid(
      'platform-knows-no-app',
      { path: lib('platform') },
      { path: '^apps' },
      'Platforms are plugged into apps, not the other way round.',
    ),
    forbid(
      'no-app-imports-another',
      { path: '^apps/([^/]+)/', pathNot: '^apps/embedded/' },
      { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
      'Apps meet in the queue, the log and the views; only apps/embedded puts them into one process.',
    ),
    forbid(
      'nest-in-apps-only',
      { path: '^libs/(?!platform)' },
      { path: 'node_modules/@nestjs' },
      'Decorators belong to the apps and the platform; libraries run without a container.',
    ),
    forbid(
      'dashboard-knows-contracts-only',
      { path: '^apps/dashboard' },
      { path: '^(apps/(?!dashboard)|libs/(?!contracts))' },
      'The browser sees what crosses the boundary, and nothing else.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist|\\.spec\\.ts$)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default', 'types'] },
  },
};
