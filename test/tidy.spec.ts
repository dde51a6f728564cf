/** Style that a machine can hold: banned words with their replacement, sizes, documents that agree with the code. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeSettings } from '#platform';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file && existsSync(join(root, file)));
const code = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const documents = files.filter((file) => file.endsWith('.md'));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

interface Ban {
  pattern: RegExp;
  use: string;
  where: (file: string) => boolean;
}
const isSpec = (file: string) => /\.spec\.tsx?$|(^|\/)testing\//.test(file) || file.startsWith('test/');
const BANS: Ban[] = [
  {
    pattern: /\bDate\.now\b|\bnew Date\(\)/,
    use: '`now`, which comes in with the command',
    where: (file) => file.startsWith('libs/domain/') && !isSpec(file),
  },
  { pattern: /\bMath\.random\b/, use: 'a seeded generator', where: (file) => /^libs\/(domain|timeseries)\//.test(file) },
  {
    pattern: /\bprocess\.env\b/,
    use: 'libs/platform/src/settings.ts',
    where: (file) => /^(apps|libs)\//.test(file) && !isSpec(file) && !/settings\.ts$/.test(file),
  },
  { pattern: /\bconsole\.\w+\(/, use: 'the logger, or process.stdout in a command', where: (file) => /^(apps|libs|bench)\//.test(file) },
  { pattern: /\.only\(/, use: 'the whole suite', where: isSpec },
  { pattern: /: any\b|<any>|\bas any\b/, use: '`unknown` and a check', where: (file) => /^(apps|libs)\//.test(file) },
  { pattern: /\bTODO\b|\bFIXME\b/, use: 'an issue', where: (file) => file !== 'test/tidy.spec.ts' },
  { pattern: /@ts-ignore/, use: 'a type', where: (file) => file !== 'test/tidy.spec.ts' },
];

describe('the house', () => {
  it('uses no banned word', () => {
    const found = code.flatMap((file) => {
      const bans = BANS.filter((ban) => ban.where(file));
      if (bans.length === 0) return [];
      return textOf(file)
        .split('\n')
        .map((line) => line.replace(/^\s*(\/\*\*|\*|\/\/).*/, ''))
        .flatMap((line, at) =>
          bans
            .filter((ban) => ban.pattern.test(line))
            .map((ban) => `${file}:${at + 1}: ${ban.pattern.exec(line)![0]} is banned here, use ${ban.use}`),
        );
    });
    expect(found).toEqual([]);
  });

  it('keeps files to a few screens', () => {
    const long = code
      .filter((file) => !isSpec(file) && !file.startsWith('bench/'))
      .map((file) => ({ file, lines: textOf(file).split('\n').length }))
      .filter(({ file, lines }) => lines > (file.endsWith('main.ts') ? 80 : 420));
    expect(long).toEqual([]);
  });

  it('says at the top of every file what it is for', () => {
    const silent = code.filter(
      (file) =>
        /^(apps|libs|bench)\/.*\.ts$/.test(file) &&
        !isSpec(file) &&
        !file.endsWith('index.ts') &&
        !/^(\/\*\*|\/\/|#!|import '.*';\n\/\*\*)/.test(textOf(file).trimStart()),
    );
    expect(silent).toEqual([]);
  });

  it('has no link in a document that leads nowhere', () => {
    const dead = documents.flatMap((file) =>
      [...textOf(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .filter(([, target]) => !existsSync(join(root, normalize(join(dirname(file), target!)))))
        .map(([, target]) => `${file}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it('documents every setting with its default', () => {
    const page = textOf('docs/reference/settings.md');
    for (const setting of describeSettings()) {
      expect(page, setting.name).toContain(`\`${setting.env}\``);
      expect(page, setting.name).toContain(setting.reason);
    }
  });

  it('gives every app and library a README that names its step', () => {
    const folders = new Set(files.flatMap((file) => /^(apps|libs)\/[^/]+/.exec(file)?.[0] ?? []));
    for (const folder of folders) expect(existsSync(join(root, folder, 'README.md')), `${folder}/README.md`).toBe(true);
  });

  it('runs every spec in one project, and a journey that is the same on both platforms in one more', () => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const listed = execFileSync(process.execPath, [vitest, 'list', '--filesOnly', '--json'], { cwd: root, encoding: 'utf8' });
    const runs = (JSON.parse(listed) as { file: string; projectName: string }[]).map(({ file, projectName }) => ({
      file: relative(root, file),
      again: projectName.startsWith('distributed'),
    }));
    const timesRun = (spec: string, again: boolean): number => runs.filter((run) => run.file === spec && run.again === again).length;
    const specs = files.filter((file) => /\.spec\.tsx?$/.test(file));
    expect(specs.filter((spec) => timesRun(spec, false) !== 1 || timesRun(spec, true) > 1)).toEqual([]);
  });
});
