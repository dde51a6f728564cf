/** The Grafana dashboard, the alerts and the guide know only metrics that the code exposes. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '../../apps/api/src/operator/metrics.js';
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
const alerts = parse(readFileSync(join(root, 'docs/grafana/alerts.yaml'), 'utf8')) as {
  groups: { rules: { alert: string; expr: string }[] }[];
};
const rules = alerts.groups.flatMap((group) => group.rules);
const guide = readFileSync(join(root, 'docs/guides/observing.md'), 'utf8');
const metricsIn = (text: string): string[] => text.match(/\bthingsio_[a-z0-9_]+/g) ?? [];
const asked = new Set(panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsIn(expr))));

/** What a part counts, as its sources name it: the members of its figures and counts. */
function figuresOf(path: string, prefix = ''): Record<string, number> {
  const folder = join(root, path);
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  const text = sources.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const objects = text.matchAll(
    /(?:figures\(\)[^{;]*\{\s*(?:const [^;]+;\s*)?return \{|(?:counts|counted|figures)\b[^={\n]*= \{|readonly figures = \{|figures: \(\) => \(\{)([^}]*)\}/g,
  );
  const members = [...objects].flatMap(([, body]) => [...body!.matchAll(/(?:^|[\s,{])(\w+):/g)].map(([, member]) => member!));
  return Object.fromEntries(members.map((member) => [prefix + member, 0]));
}
const PARTS = {
  command_queue: figuresOf('libs/adapters/src/rabbitmq'),
  event_log: figuresOf('libs/adapters/src/eventstoredb'),
  series_store: figuresOf('libs/adapters/src/influxdb'),
  view_store: figuresOf('libs/adapters/src/postgres'),
  live_bus: figuresOf('libs/adapters/src/redis'),
  rate_limiter: figuresOf('libs/adapters/src/redis'),
  work_queue: figuresOf('libs/platform/src'),
  analytics: {
    ...figuresOf('apps/analytics/src/jobs'),
    ...figuresOf('apps/analytics/src/alerts', 'alerts_'),
    ...figuresOf('apps/analytics/src/alerts/notify', 'alerts_'),
  },
};

describe('docs/grafana/thingsio.json', () => {
  let exposed: Set<string>;
  beforeAll(async () => {
    exposed = await exposedMetrics();
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

describe('docs/grafana/alerts.yaml', () => {
  it('watches only what is exposed', async () => {
    const exposed = await exposedMetrics();
    for (const { alert, expr } of rules)
      expect(
        metricsIn(expr).filter((name) => !exposed.has(name)),
        alert,
      ).toEqual([]);
  });

  it('is explained in the guide, alert by alert', () => {
    for (const { alert } of rules) expect(guide, alert).toContain(`\`${alert}\``);
  });
});

describe('docs/guides/observing.md', () => {
  it('names only metrics that are exposed, and all of the journey', async () => {
    const exposed = await exposedMetrics();
    const named = new Set(metricsIn(guide).filter((name) => !name.endsWith('_')));
    const families = new Set([...exposed].flatMap((name) => [name, name.replace(/_(bucket|sum|count)$/, '')]));
    expect([...named].filter((name) => !families.has(name))).toEqual([]);
    const journey = [...exposed].filter((name) => /^thingsio_(queue|projection|shard|http_requests|live_sockets)/.test(name));
    expect(journey.filter((name) => !named.has(name))).toEqual([]);
  });
});

/** What the api, analytics and all adapters together show. */
async function exposedMetrics(): Promise<Set<string>> {
  const queue = { depth: () => ({ commands: 0, bytes: 0 }) } as unknown as CommandQueue;
  // Whoever it asks knows of nothing yet: what it would say is there all the same.
  const nobody = new Proxy({}, { get: () => () => [] });
  const metrics = new Metrics(queue, nobody as ConstructorParameters<typeof Metrics>[1], () => []);
  for (const [prefix, figures] of Object.entries(PARTS)) addFigures(metrics.registry, prefix, prefix, () => figures);
  const text = await metrics.text();
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(names.flatMap(([, name, type]) => (type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!])));
}
