/** B16: what memory does an analysis of ten million readings take? */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnalysisView } from '#contracts';
import { createClient } from '../test/support/client.js';
import { memoryOf } from '../test/support/process-memory.js';
import type { Bench } from './support/bench.js';
import { DEVICE, fillOneDevice, rangeOf, type Range } from './support/one-device.js';
import { figure } from './support/statistics.js';
import { mustCall, startThingsIO, type ThingsIO } from './support/thingsio.js';

const START = Date.UTC(2026, 0, 1);
const MIB = 1_024 * 1_024;
const OPERATIONS: [operation: string, params: object][] = [
  ['moving-average', { count: 60 }],
  ['resample', { every: '1m' }],
  ['anomalies', {}],
  ['forecast', { horizon: 24 }],
];

export const analyses: Bench = {
  id: 'B16',
  name: 'analyses',
  question: 'Analyses of 10 M readings of one device, one after the other: how much memory do they take beside the live system?',
  target: { of: 'highest of the whole process, less what it had before', compare: '<=', must: 1_536, unit: 'MiB' },
  nextLimit:
    'two columns of the input and those of the result are in memory as a whole, 8 bytes a number; then the packed result, as text, before it is written.',
  async run({ quick, resources, say }) {
    const range = rangeOf(quick ? 1_000_000 : 10_000_000, START);
    const thingsio = await startThingsIO(resources);
    await fillOneDevice(thingsio, range, resources);
    const before = memoryOf(thingsio.platform.pid) / MIB;
    const figures = [figure('before', 'MiB', [before])];
    const highest: number[] = [];
    for (const [operation, params] of OPERATIONS) {
      for (const part of [range.readings / 10, range.readings]) {
        const { mib, rows, seconds } = await measured(thingsio, operation, params, rangeOf(part, START));
        const name = `${operation}, ${part.toLocaleString('en')} readings`;
        say(`${name}: ${mib.toFixed(0)} MiB, ${rows.toLocaleString('en')} rows in ${seconds.toFixed(1)} s`);
        figures.push(figure(name, 'MiB', [mib]));
        highest.push(mib);
      }
    }
    return {
      value: Math.max(...highest) - before,
      figures,
      notes: [
        'Of the whole process, with all its threads: the highest while the analysis ran (`VmHWM`). `before`: with all readings stored, and none analysed.',
      ],
    };
  },
};

interface Measured {
  /** The highest meanwhile. */
  mib: number;
  rows: number;
  seconds: number;
}

async function measured(thingsio: ThingsIO, operation: string, params: object, { from, to }: Range): Promise<Measured> {
  const client = createClient(thingsio.url, thingsio.apiKey);
  const { pid } = thingsio.platform;
  // From here on the highest is noted anew.
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  const startedAt = performance.now();
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const { analysisId } = await mustCall<AnalysisView>(client, 'POST', '/analyses', {
    ...{ operation, params, deviceId: DEVICE, fields: ['temperature'], ...range },
  });
  for (;;) {
    const view = await thingsio.get<AnalysisView>(`/analyses/${analysisId}?limit=1000`);
    if (view.status === 'completed') {
      return { mib: memoryOf(pid, 'VmHWM') / MIB, rows: rowsOf(view), seconds: (performance.now() - startedAt) / 1_000 };
    }
    if (view.status !== 'queued' && view.status !== 'running') throw new Error(`${operation}: ${JSON.stringify(view).slice(0, 500)}`);
    await sleep(100);
  }
}

const rowsOf = ({ result }: AnalysisView): number => result!.reduced?.of ?? result!.series[0]!.time.length;
