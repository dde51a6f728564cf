/** The Grafana dashboard asks only for metrics that the code exposes, and none of its panels is without a question. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Metrics } from '../../apps/api/src/operator/metrics.js';
import type { Progress } from '../../apps/api/src/commands/shared/progress.js';
import { addFigures } from '#platform';
import type { CommandQueue } from '#ports';
import { root } from '../support/manifests.js';

interface Panel {
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string }[];
}
const dashboard = JSON.parse(readFileSync(join(root, 'docs/grafana/thingsio.json'), 'utf8')) as { uid: string; panels: Panel[] };
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const asked = new Set(panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => expr.match(/\b(thingsio|rabbitmq)_\w+/g) ?? [])));

/** What adapters count, as their sources name it: the members of their figures and counts. */
function figuresOf(adapter: string): Record<string, number> {
  const folder = join(root, 'libs/adapters/src', adapter);
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  const text = sources.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const objects = text.matchAll(
    /(?:figures\(\)[^{;]*\{\s*(?:const [^;]+;\s*)?return \{|(?:counts|figures)\b[^={\n]*= \{|readonly figures = \{|figures: \(\) => \(\{)([^}]*)\}/g,
  );
  const members = [...objects].flatMap(([, body]) => [...body!.matchAll(/(?:^|[\s,{])(\w+):/g)].map(([, member]) => member!));
  return Object.fromEntries(members.map((member) => [member, 0]));
}
const ADAPTERS = {
  command_queue: 'rabbitmq',
  event_log: 'eventstoredb',
  series_store: 'influxdb',
  view_store: 'postgres',
  live_bus: 'redis',
};

describe('docs/grafana/thingsio.json', () => {
  let exposed: Set<string>;
  beforeAll(async () => {
    const queue = { depth: () => ({ commands: 0, bytes: 0 }) } as unknown as CommandQueue;
    const metrics = new Metrics(queue, { latestFigures: () => [] } as unknown as Progress, () => []);
    for (const [prefix, adapter] of Object.entries(ADAPTERS)) addFigures(metrics.registry, prefix, adapter, () => figuresOf(adapter));
    const text = await metrics.text();
    exposed = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
      ),
    );
  });

  it('asks only for what is exposed', () => {
    expect(asked.size).toBeGreaterThan(30);
    expect([...asked].filter((name) => !exposed.has(name))).toEqual([]);
  });

  it('shows every metric of the journey', () => {
    const journey = [...exposed].filter(
      (name) => /^thingsio_(queue|projection|http_requests|live_sockets)/.test(name) && !/position$/.test(name),
    );
    expect(journey.filter((name) => !asked.has(name))).toEqual([]);
  });

  it('rates counters and nothing else', () => {
    for (const { targets = [], title } of panels) {
      for (const { expr } of targets) {
        for (const [, name] of expr.matchAll(/rate\((\w+)/g)) expect(name, title).toMatch(/_(total|bucket)$/);
        if (!expr.includes('rate(')) expect(expr, title).not.toMatch(/_bucket/);
      }
    }
  });

  it('has a question in every panel, and no panel over another', () => {
    for (const { title, targets = [] } of panels) expect(targets.length, title).toBeGreaterThan(0);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const {
      gridPos: { x, w },
    } of dashboard.panels)
      expect(x + w).toBeLessThanOrEqual(24);
  });
});
