/** `docker/Dockerfile` builds what there is, and what it builds runs as nobody, says how it is, and stops when it is told. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';
import { afterEach, describe, expect, it } from 'vitest';
import { describeSettings, readSettings, startHealthServer, type HealthServer } from '#platform';
import { APPS, root } from '../support/manifests.js';

const text = readFileSync(join(root, 'docker/Dockerfile'), 'utf8');
const dockerfile = DockerfileParser.parse(text);
const instructions = dockerfile.getInstructions();
const named = (keyword: string): Instruction[] => instructions.filter((it) => it.getKeyword() === keyword);
const wordsOf = (instruction: Instruction): string[] => instruction.getArguments().map((argument) => argument.getValue());
const ALL = [...APPS, 'embedded'];

/** Stages by name, each with the stage it begins from. */
const stages = dockerfile.getFROMs().map((from) => ({
  name: from.getBuildStage(),
  image: from.getImage()!,
  at: from.getRange().start.line,
}));
const stageAt = (line: number) => stages.filter(({ at }) => at <= line).at(-1)!;
const within = (stage: string, keyword: string): Instruction[] =>
  named(keyword).filter((it) => stageAt(it.getRange().start.line).name === stage);
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');

describe('docker/Dockerfile', () => {
  it('has a stage for each app, and takes the one that APP names', () => {
    for (const app of ALL) expect(stages.map(({ name }) => name)).toContain(`app-${app}`);
    expect(stages.at(-1)!.image).toBe('app-${APP}');
    expect(wordsOf(named('ARG')[0]!)).toEqual(['APP=embedded']);
  });

  it.each(ALL)('starts a program that there is as %s', (app) => {
    const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8')) as { include: string[] };
    expect(include).toContain('apps');
    expect(text).toContain('ln -s "run/${APP}.js" dist/main.js');
    expect(/APPS = \[(.*)\]/.exec(readFileSync(join(root, 'scripts/prepare.mjs'), 'utf8'))![1]).toContain(`'${app}'`);
    expect(existsSync(join(root, `apps/${app}/src/main.ts`)), `apps/${app}/src/main.ts`).toBe(true);
  });

  it('copies only what is there and what the context holds', () => {
    for (const copy of named('COPY') as Copy[]) {
      const words = wordsOf(copy).filter((word) => !word.startsWith('--'));
      const sources = words.slice(0, -1);
      if (copy.getFromFlag()) {
        for (const source of sources) expect(source).toMatch(/^\/thingsio\/(package\.json|LICENSE|node_modules|dist)$/);
        continue;
      }
      for (const source of sources) {
        expect(existsSync(join(root, source)), source).toBe(true);
        expect(ignored, source).toContain(`!${source.replace(/^\.\//, '')}`);
      }
    }
    expect(ignored).toContain('*');
    expect(ignored).toContain('**/*.spec.ts');
  });

  it('installs what the lock file says, builds as the project does, and leaves out what only a build needs', () => {
    const runs = within('build', 'RUN').map((run) => run.getArgumentsContent());
    expect(runs.some((run) => run?.startsWith('npm ci'))).toBe(true);
    expect(runs.some((run) => run?.includes('node scripts/build.mjs'))).toBe(true);
    expect(runs.at(-1)).toContain('npm prune --omit=dev');
    const runtime = stages.find(({ name }) => name === 'runtime')!;
    expect(runtime.image).toMatch(/-slim$/);
  });

  it('runs on a Node that the project takes', () => {
    const version = named('ARG')
      .map((arg) => /NODE_VERSION=(\d+)\.(\d+)/.exec(wordsOf(arg)[0]!))
      .find((found) => found)!;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
    const [, wantedMajor, wantedMinor] = /^>=(\d+)\.(\d+)$/.exec(engines.node)!.map(Number);
    expect(major > wantedMajor! || (major === wantedMajor && minor >= wantedMinor!)).toBe(true);
  });

  it('ends as nobody, by a number', () => {
    const users = named('USER');
    expect(users).toHaveLength(1);
    expect(stageAt(users[0]!.getRange().start.line)).toBe(stages.at(-1));
    const [uid] = wordsOf(users[0]!)[0]!.split(':').map(Number);
    expect(uid).toBeGreaterThanOrEqual(10_000);
    expect(instructions.at(-1)).toBe(users[0]);
  });

  it('sets only variables that are settings, and opens the ports that they say', () => {
    const known = new Set(['NODE_ENV', ...describeSettings().map(({ env }) => env)]);
    const set = named('ENV').flatMap((env) => wordsOf(env).map((word) => word.split('=')[0]!));
    expect(set.filter((name) => !known.has(name))).toEqual([]);
    const { port, healthPort } = readSettings([], {});
    for (const app of ALL) {
      expect(wordsOf(within(`app-${app}`, 'EXPOSE')[0]!), app).toEqual([String(app === 'api' || app === 'embedded' ? port : healthPort)]);
    }
  });

  it('keeps data on a volume where the app has any', () => {
    expect(within('app-embedded', 'VOLUME').flatMap(wordsOf)).toEqual(['/data']);
    expect(text).toContain('THINGSIO_DATA_DIR=/data');
    expect(named('VOLUME')).toHaveLength(1);
  });

  it('has Node as process 1, which gets the signals itself', () => {
    const [command] = named('CMD');
    expect(JSON.parse(command!.getArgumentsContent()!) as string[]).toEqual(['node', '--enable-source-maps', 'dist/main.js']);
    expect(named('ENTRYPOINT')).toEqual([]);
  });

  it('says whose and which version it is', () => {
    const labels = named('LABEL')
      .map((label) => label.getArgumentsContent())
      .join(' ');
    for (const label of ['title', 'description', 'licenses', 'version', 'revision'])
      expect(labels).toContain(`org.opencontainers.image.${label}`);
  });
});

describe('its health check', () => {
  let app: HealthServer | undefined;
  afterEach(() => app?.close());
  const [program, ...args] = JSON.parse(/HEALTHCHECK[\s\S]*?CMD (\[.*\])/.exec(text)![1]!) as string[];
  const isWell = (environment: Record<string, string>): Promise<boolean> =>
    promisify(execFile)(program!, args, { env: { ...process.env, ...environment } }).then(
      () => true,
      () => false,
    );
  const startAt = async (isLive: () => boolean) =>
    (app = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      isLive,
      isReady: async () => ({ status: 'ok', checks: {} }),
      metrics: async () => '',
      contentType: 'text/plain',
    }));

  it.each(['THINGSIO_PORT', 'THINGSIO_HEALTH_PORT'])('is well where the app answers on %s, and only then', async (variable) => {
    const other = variable === 'THINGSIO_PORT' ? 'THINGSIO_HEALTH_PORT' : 'THINGSIO_PORT';
    const { port } = await startAt(() => true);
    expect(await isWell({ [variable]: String(port), [other]: '1' })).toBe(true);
    expect(await isWell({ [variable]: '1', [other]: '1' })).toBe(false);
  });

  it('is not well where the app says that it is not', async () => {
    const { port } = await startAt(() => false);
    expect(await isWell({ THINGSIO_PORT: String(port), THINGSIO_HEALTH_PORT: '1' })).toBe(false);
  });
});
