/** `npm test [-- FILTER …]`: installs and builds what is missing, provides the real parts the suites run against, runs everything. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhatIsStale, installWhatIsMissing, root, say } from './prepare.mjs';

const DISTRIBUTED = ': its contract suites, and everything on the distributed platform (journeys, failures)';

/** What the suites use besides Node, and the Debian package that has it. */
const REAL_PARTS = [
  { program: '/usr/bin/chromium', package: 'chromium', suite: 'the dashboard in a real browser (test/e2e)' },
  { program: '/usr/bin/curl', package: 'curl', suite: "the dashboard's curl line (test/e2e)" },
  { program: '/usr/lib/rabbitmq/bin/rabbitmq-server', package: 'rabbitmq-server', suite: 'RabbitMQ' + DISTRIBUTED },
  { program: '/usr/bin/influxd', package: 'influxdb', suite: 'InfluxDB' + DISTRIBUTED },
  { program: '/usr/lib/postgresql/15/bin/postgres', package: 'postgresql', suite: 'PostgreSQL' + DISTRIBUTED },
  { program: '/usr/bin/redis-server', package: 'redis-server', suite: 'Redis' + DISTRIBUTED },
];

installWhatIsMissing();
const missing = provideRealParts();
buildWhatIsStale();

const report = join(root, 'node_modules/.cache/test-report.json');
rmSync(report, { force: true });
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
for (const part of missing) say(`Left out: ${part.suite}, because ${part.program} is missing (Debian package ${part.package}).`);
sayCounts();
process.exit(status ?? 1);

/** On Debian as root installs what is missing; returns what still is. */
function provideRealParts() {
  const absent = () => REAL_PARTS.filter((part) => !existsSync(part.program));
  const wanted = absent();
  if (wanted.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return wanted;
  say(`Installing ${wanted.map((part) => part.package).join(', ')} for the tests …`);
  withoutStartingServices(() => {
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted.map((part) => part.package)], quiet);
  });
  return absent();
}

/** Debian starts a server when it is installed; the tests start their own copies, and leave nothing running. */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const own = !existsSync(policy);
  if (own) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (own) rmSync(policy);
  }
  if (existsSync('/usr/bin/epmd')) spawnSync('/usr/bin/epmd', ['-kill'], { stdio: 'ignore' });
}

function sayCounts() {
  if (!existsSync(report)) return;
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  say(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
