// The house rule: imports go down. Floors as docs/adr/0001 lists them.
const floors = [
  ['base'],
  ['asn1'],
  ['crypto'],
  ['name', 'x509', 'codec'],
  ['profile', 'verify', 'match', 'lint', 'policy'],
  ['store', 'probe', 'manifest', 'signer'],
  ['ca', 'diagnose', 'quickstart', 'library', 'testing'],
  ['cli'],
];
const sameFloor = {
  x509: ['name'],
  codec: ['x509', 'name'],
  // Who issued whom in a pile is verify's to say
  lint: ['verify'],
  quickstart: ['ca'],
  library: ['ca'],
  testing: ['ca'],
};

const rules = [];
floors.forEach((rooms, floor) => {
  for (const room of rooms) {
    const above = floors.slice(floor + 1).flat();
    const beside = rooms.filter(
      (other) => other !== room && !(sameFloor[room] ?? []).includes(other),
    );
    const barred = [...above, ...beside];
    if (barred.length > 0)
      rules.push({
        name: `${room}-imports-down`,
        comment: `floor ${floor}: ${room} may not import ${barred.join(', ')}`,
        severity: 'error',
        from: { path: `^src/${room}/` },
        to: { path: `^src/(${barred.join('|')})/` },
      });
  }
});

const pure = '^src/(base|asn1|crypto|name|x509|codec|profile|verify|match|lint|policy)/';

module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-floors',
      comment: 'floors 0–4 reach no file, network or process',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|url)$' },
    },
    {
      name: 'crypto-in-its-rooms',
      severity: 'error',
      from: { path: pure, pathNot: '^src/(crypto|codec)/' },
      to: { path: '^(node:)?crypto$' },
    },
    {
      name: 'one-room-prompts',
      severity: 'error',
      from: { pathNot: '^src/cli/prompt\\.ts$' },
      to: { path: 'node_modules/inquirer/' },
    },
    {
      name: 'one-room-colours',
      severity: 'error',
      from: { pathNot: '^src/cli/style\\.ts$' },
      to: { path: 'node_modules/chalk/' },
    },
    {
      name: 'one-adapter',
      severity: 'error',
      from: { pathNot: '^src/x509/peculiar\\.ts$' },
      to: { path: 'node_modules/(@peculiar|reflect-metadata)/' },
    },
    {
      name: 'one-room-without-chance',
      severity: 'error',
      from: { pathNot: '^src/testing/seeded/' },
      to: { path: 'node_modules/@noble/' },
    },
    {
      name: 'seeds-for-tests-alone',
      comment: 'keys that anybody can make come into nothing else',
      severity: 'error',
      from: { pathNot: '^src/testing/' },
      to: { path: '^src/testing/seeded/' },
    },
    {
      name: 'seeds-out-of-reach',
      comment:
        'by no detour either: the library, and every command but the one that writes fixtures',
      severity: 'error',
      from: {
        path: '^src/(index\\.ts|cli/commands/.*|(ca|library|quickstart)/.*)$',
        pathNot: '^src/cli/commands/fixtures\\.ts$',
      },
      to: { path: '^src/testing/seeded/', reachable: true },
    },
    {
      name: 'nothing-imports-main',
      severity: 'error',
      from: {},
      to: { path: '^src/cli/main\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
