/** Installs and builds what is missing: shared by `npm start`, `npm test` and `npm run build`. Plain JavaScript, since nothing is installed yet. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** What can be started: `npm start` is the first. */
export const APPS = ['embedded', 'api', 'ingestor', 'projector', 'analytics'];
const installed = join(root, 'node_modules/.package-lock.json');
const SOURCES = [
  'apps',
  'libs',
  'bench',
  'test/support',
  'scripts/bundle.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs a program in the project's folder; ends this process when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) say(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

export function installWhatIsMissing() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    say(`thingsIO needs Node 20.19 or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= contentChangedAt(lock)) return;
  say('Installing dependencies (once; a minute or two) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { env: { ...ownHeaders(), ...process.env } });
}

/** A module that has no binary for this machine is compiled against the headers beside this very Node, where they are there, instead of against
 *  some that would have to be downloaded. */
function ownHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node_version.h')) ? { npm_config_nodedir: prefix } : {};
}

/** A fresh checkout gives every file a new time: the lock file counts as changed only when its content differs from what was installed. */
function contentChangedAt(lock) {
  const stamp = join(root, 'node_modules/.thingsio-lock');
  const content = readFileSync(lock, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === content) return 0;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) {
    writeFileSync(stamp, content);
    return 0;
  }
  return Infinity;
}

export function buildWhatIsStale({ force = false } = {}) {
  const stamp = join(root, 'dist/.built');
  const newest = Math.max(...SOURCES.map((path) => newestIn(join(root, path))));
  if (!force && existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return;
  const startedAt = new Date();
  say('Building …');
  const bin = (name) => join(root, 'node_modules', name);
  run(process.execPath, [bin('typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
  run(process.execPath, [join(root, 'scripts/bundle.mjs')]);
  run(process.execPath, [bin('vite/bin/vite.js'), 'build', '--config', 'apps/dashboard/vite.config.ts', '--logLevel', 'warn']);
  compressIn(join(root, 'dist/dashboard'));
  writeFileSync(stamp, startedAt.toISOString());
}

/** A `.gz` beside each text file, which the api serves to browsers that take it. */
function compressIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) compressIn(path);
    else if (/\.(js|css|json|svg|html)$/.test(entry.name)) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
}

function newestIn(path) {
  if (!existsSync(path)) return 0;
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'results' && !entry.name.startsWith('.'))
    .reduce((newest, entry) => Math.max(newest, newestIn(join(path, entry.name))), 0);
}
