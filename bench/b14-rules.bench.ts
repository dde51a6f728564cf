/** B14: what do a thousand standing alert rules over a thousand devices cost those who send readings? */
import { createClient, eventually, openAccount, type Client } from '../test/support/client.js';
import type { Bench, BenchContext } from './support/bench.js';
import { openConnections, sendAll } from './support/load.js';
import { jsonBody } from './support/points.js';
import { rawRequest } from './support/raw-http.js';
import { figure, median, ratio } from './support/statistics.js';
import { createDevices, eachSome, mustCall, startThingsIO } from './support/thingsio.js';

const DEVICES = 1_000;
const RULES = 1_000;
const CONNECTIONS = 64;
const START = Date.UTC(2026, 0, 1);
const STEP_MS = 1_000;

interface Sizes {
  batch: number;
  batchesEach: number;
}
interface Rates {
  without: number[];
  with: number[];
  /** From an event that fires, sent after everything else, to its alert in the list. */
  lagMs: number[];
}

export const rules: Bench = {
  id: 'B14',
  name: 'rules',
  question:
    '1,000 devices send batches over HTTP; one account has 1,000 standing alert rules over them, one has none: how much of the throughput is left?',
  target: { of: 'with rules ÷ without, acknowledged readings/s', compare: '>=', must: 0.8, unit: '×' },
  nextLimit:
    'the readings themselves: whoever evaluates has to read and parse each event once, on a core that the actors would use. Value rules sleep together and cost next to nothing; a rule on a rate, a trend or anomalies looks at every reading of its devices.',
  async run(context) {
    const { quick, resources, say } = context;
    const thingsio = await startThingsIO(resources);
    const [bare, ruled] = [await openAccount(thingsio.url), await openAccount(thingsio.url)].map(({ url, key }) => createClient(url, key));
    const devices = Array.from({ length: DEVICES }, (_, i) => `d${i}`);
    for (const client of [bare!, ruled!]) await createDevices(client, devices);
    await eachSome(
      Array.from({ length: RULES }, (_, n) => ruleOf(n)),
      (rule) => mustCall(ruled!, 'POST', '/alert-rules', rule),
    );
    await createDevices(ruled!, ['sentinel']);
    await mustCall(ruled!, 'POST', '/alert-rules', { ...threshold(40), devices: { deviceIds: ['sentinel'] } });
    const sides = { bare: bare!, ruled: ruled! };
    say('devices and rules are there');
    const sent = { next: 0 };
    const rounds = quick ? 2 : 5;
    const large = await compare(context, sides, sent, { rounds, batch: 1_000, batchesEach: quick ? 1 : 2 });
    const small = await compare(context, sides, sent, { rounds, batch: 10, batchesEach: quick ? 10 : 20 });
    return {
      value: Math.min(ratio(large.with, large.without), ratio(small.with, small.without)),
      figures: [
        figure('batches of 1,000, no rules', 'readings/s', large.without),
        figure('batches of 1,000, 1,000 rules', 'readings/s', large.with),
        figure('batches of 10, no rules', 'readings/s', small.without),
        figure('batches of 10, 1,000 rules', 'readings/s', small.with),
        figure('from a reading sent after all of them to its alert, batches of 1,000', 'ms', large.lagMs),
        figure('from a reading sent after all of them to its alert, batches of 10', 'ms', small.lagMs),
      ],
      notes: [
        `With ÷ without: ${ratio(large.with, large.without).toFixed(3)} in batches of 1,000, ${ratio(small.with, small.without).toFixed(3)} in batches of 10; the value is the lesser.`,
        '850 rules on a threshold or a range over all 1,000 devices (850,000 pairs, a third of them with `for`, hysteresis or a guard against flapping); 50 on silence over 20 devices each; 100 on a rate, a forecast or anomalies over a device each.',
        'One server, two accounts with the same devices and readings, in turns, after a round that is not counted; the other side begins when the rules have seen everything.',
      ],
    };
  },
};

async function compare(
  { resources, say }: BenchContext,
  sides: { bare: Client; ruled: Client },
  sent: { next: number },
  { rounds, ...sizes }: Sizes & { rounds: number },
): Promise<Rates> {
  const rates: Rates = { without: [], with: [], lagMs: [] };
  const connections = await openConnections(sides.bare.url, CONNECTIONS, resources);
  const time = async (client: Client): Promise<number> => {
    const queues = queuesOf(client, sent.next, sizes);
    const startedAt = performance.now();
    await sendAll(connections, queues);
    return (DEVICES * sizes.batch * sizes.batchesEach) / ((performance.now() - startedAt) / 1_000);
  };
  // The first reading of each device wakes every rule once; and code has to become warm.
  for (const client of [sides.bare, sides.ruled]) await time(client);
  await lagOf(sides.ruled, true);
  await lagOf(sides.ruled, false);
  sent.next += sizes.batchesEach * sizes.batch;
  for (let round = 0; round < rounds; round++) {
    rates.without.push(await time(sides.bare));
    rates.with.push(await time(sides.ruled));
    rates.lagMs.push(await lagOf(sides.ruled, round % 2 === 0));
    sent.next += sizes.batchesEach * sizes.batch;
  }
  connections.forEach((connection) => connection.close());
  say(
    `batches of ${sizes.batch}: ${Math.round(median(rates.without)).toLocaleString('en')} without, ${Math.round(median(rates.with)).toLocaleString('en')} with; alerts after ${Math.round(median(rates.lagMs))} ms`,
  );
  return rates;
}

/** Each device on one connection, its batches one after the other. */
function queuesOf(client: Client, from: number, { batch, batchesEach }: Sizes): Buffer[][] {
  const headers = { authorization: `Bearer ${client.key}`, 'content-type': 'application/json' };
  const queues: Buffer[][] = Array.from({ length: CONNECTIONS }, () => []);
  for (let n = 0; n < batchesEach; n++) {
    const body = jsonBody({ device: '', start: START + (from + n * batch) * STEP_MS, stepMs: STEP_MS, count: batch });
    for (let i = 0; i < DEVICES; i++) queues[i % CONNECTIONS]!.push(rawRequest('POST', `/api/v1/devices/d${i}/readings`, headers, body));
  }
  return queues;
}

let sentinels = 0;

/** What was sent before has been looked at by then. */
async function lagOf(client: Client, hot: boolean): Promise<number> {
  const startedAt = performance.now();
  const time = START + sentinels++ * 1_000;
  await mustCall(client, 'POST', '/devices/sentinel/readings', { temperature: hot ? 45 : 20, time });
  await eventually(
    () => mustCall<{ items: { state: string }[] }>(client, 'GET', '/alerts?deviceId=sentinel&limit=1'),
    ({ items }) => items[0]?.state === (hot ? 'firing' : 'cleared'),
    60_000,
  );
  return performance.now() - startedAt;
}

const threshold = (value: number): { name: string; severity: string; condition: object } => ({
  name: `Above ${value}`,
  severity: 'info',
  condition: { type: 'threshold', field: 'temperature', op: '>', value },
});

/** Temperatures go from 11.5 to 24.5: most of these sleep, as rules do where all is well. */
function ruleOf(n: number): object {
  const base = { name: `Rule ${n}`, severity: 'warning' };
  const [field, own] = ['temperature', [`d${n}`]];
  if (n < 50) {
    const deviceIds = Array.from({ length: 20 }, (_, i) => `d${n * 20 + i}`);
    return { ...base, devices: { deviceIds }, condition: { type: 'no-data', within: '1h' } };
  }
  if (n < 84) return { ...base, devices: { deviceIds: own }, condition: { type: 'rate', field, op: '>', value: 50, per: '1m' } };
  if (n < 117) return { ...base, devices: { deviceIds: own }, condition: { type: 'forecast', field, op: '>', value: 50, within: '1h' } };
  if (n < 150) return { ...base, devices: { deviceIds: own }, condition: { type: 'anomaly', field, score: 0.999 } };
  const value = 30 + n / 100;
  switch (n % 6) {
    case 0:
      return { ...base, condition: { type: 'threshold', field, op: '>', value, clear: value - 2 }, for: '5m' };
    case 1:
      return { ...base, condition: { type: 'range', field: 'humidity', min: 5, max: 95, hysteresis: 2 }, keepFiringFor: '10m' };
    case 2:
      return { ...base, condition: { type: 'threshold', field, op: '<', value: -n / 100 }, flapping: { changes: 3, within: '1h' } };
    default:
      return { ...base, condition: { type: 'threshold', field: n % 2 === 0 ? field : 'humidity', op: '>', value: value + 60 } };
  }
}
