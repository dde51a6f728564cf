/** On what a figure was measured. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  kernel: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
  };
}

export function describeVersions(): Record<string, string> {
  return {
    thingsio: git('rev-parse', '--short', 'HEAD'),
    node: process.version,
    sqlite: packageVersion('better-sqlite3'),
    duckdb: packageVersion('@duckdb/node-api'),
    fastify: packageVersion('fastify'),
    influxdb: influxVersion(),
  };
}

function packageVersion(name: string): string {
  const file = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

function influxVersion(): string {
  try {
    return (
      execFileSync('influxd', ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
        .trim()
        .split(' ')[1] ?? 'unknown'
    );
  } catch {
    return 'not installed';
  }
}
