/** B11: what does the way of a command cost, from the door over RabbitMQ to its device, against the broker's own client with the same bodies? */
import { once } from 'node:events';
import { openRabbitMqCommandQueue } from '#adapters/rabbitmq';
import { deviceStream, partOf } from '#contracts';
import { rabbitmqIsHere, startRabbitMq } from '../test/support/servers/rabbitmq.js';
import type { Publishing } from './peers/bare-publisher.js';
import type { Bench, BenchContext, Figure } from './support/bench.js';
import { ACCOUNT } from './support/fill-log.js';
import { openConnections, sendAll } from './support/load.js';
import { forkPeer, startPeer } from './support/peer-process.js';
import { jsonBody } from './support/points.js';
import { rawRequest } from './support/raw-http.js';
import type { Resources } from './support/resources.js';
import { figure, interleaved, ratio } from './support/statistics.js';

const DEVICES = 64;
/** Under way at once, on both sides: requests here, unconfirmed messages there. */
const IN_FLIGHT = 1_024;
/** A body: one, and what a device that buffers sends. The aim is for the last, of 18 kB. */
const READINGS = [1, 100, 300];
/** As many as the queue has; an ingestor is handed as much of each ahead of acknowledgements. */
const PARTITIONS = 64;
const PREFETCH = 64;
const START = Date.UTC(2026, 0, 1);
const API_KEY = 'tio_bench';

export const queue: Bench = {
  id: 'B11',
  name: 'queue',
  question: 'POST → RabbitMQ → its device → answer: how many requests a second, each persistent in a quorum queue?',
  target: {
    of: 'thingsIO ÷ bare amqplib publish, confirm, consume, acknowledge of the same bodies, messages/s; bodies of 300 readings',
    compare: '>=',
    must: 0.5,
    unit: '×',
  },
  nextLimit:
    'of bodies of one reading, which stay far below the aim, the thread of the api: it needs some 140 µs a request over 1,024 connections (a fifth of it garbage collection, a seventh writing to sockets, a sixth the client of the broker, the rest HTTP), while the broker (65 µs), the device and the load generator share the other core; bare amqplib needs 77 in all. Of long bodies it is the broker, on both sides.',
  async run(context) {
    const figures: Figure[] = [];
    const ratios: number[] = [];
    for (const readings of READINGS) {
      const count = (context.quick ? 10_240 : 40_960) / (readings === 1 ? 1 : 4);
      context.say(`bodies of ${bodyOf(readings, 0, 0).length.toLocaleString('en')} bytes`);
      const rounds = await interleaved(
        context.quick ? 1 : 3,
        () => thingsioRound(context, readings, count),
        () => bareRound(context, readings, count),
      );
      const of = readings === 1 ? 'one reading a body' : `${readings} readings a body`;
      figures.push(figure(`thingsIO, answered by the device, ${of}`, 'requests/s', rounds.a));
      figures.push(figure(`bare amqplib, confirmed and consumed, ${of}`, 'messages/s', rounds.b));
      ratios.push(ratio(rounds.a, rounds.b));
    }
    return {
      value: ratios.at(-1)!,
      figures,
      notes: [
        `Of ${READINGS.join(', ')} readings (${READINGS.map((readings) => bodyOf(readings, 0, 0).length.toLocaleString('en')).join(', ')} bytes): ${ratios.map((one) => one.toFixed(2)).join(', ')} ×.`,
        `${IN_FLIGHT.toLocaleString('en')} under way at once, over ${PARTITIONS} quorum queues of a broker that is fresh each round.`,
        'The api with its door, key and limits is one process, the devices (over a log in memory) another; the bare publisher and the bare consumer are one each, too. The load generator runs beside them on the same cores.',
      ],
    };
  },
};

function thingsioRound({ resources, say }: BenchContext, readings: number, count: number): Promise<number> {
  return resources.scope(async (inner) => {
    const broker = await freshBroker(inner);
    await forkPeer('queue-actors', inner, [broker, ...deviceIds()]);
    const url = await startPeer('queue-api', inner, [broker, API_KEY]);
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const connections = await openConnections(url, IN_FLIGHT, inner);
    const queuesOf = (each: number, from: number) =>
      connections.map((_, i) =>
        Array.from({ length: each }, (_, n) =>
          rawRequest('POST', `/api/v1/devices/d${i % DEVICES}/readings`, headers, bodyOf(readings, i, from + n)),
        ),
      );
    await sendAll(connections, queuesOf(WARM_UP / IN_FLIGHT, 0));
    const requests = queuesOf(Math.floor(count / IN_FLIGHT), WARM_UP);
    const startedAt = performance.now();
    const { refusals } = await sendAll(connections, requests);
    if (refusals > 0) throw new Error(`${refusals} requests were refused`);
    return rateOf(requests.flat().length, startedAt, say, 'thingsIO');
  });
}

function bareRound({ resources, say }: BenchContext, readings: number, count: number): Promise<number> {
  return resources.scope(async (inner) => {
    const broker = await freshBroker(inner);
    await declareQueues(broker);
    const { child: consumer } = await forkPeer('bare-consumer', inner, [broker, `${PARTITIONS}`, `${PREFETCH}`]);
    const { child: publisher } = await forkPeer('bare-publisher', inner, [broker]);
    const bodies = Array.from({ length: 10 * IN_FLIGHT }, (_, n) => ({
      partition: partOf(deviceStream(ACCOUNT, `d${n % DEVICES}`), PARTITIONS),
      body: bodyOf(readings, n % IN_FLIGHT, n),
    }));
    const move = async (total: number): Promise<void> => {
      consumer.send(total);
      const done = Promise.all([once(consumer, 'message'), once(publisher, 'message')]);
      publisher.send({ bodies, inFlight: IN_FLIGHT, count: total } satisfies Publishing);
      await done;
    };
    await move(WARM_UP);
    const startedAt = performance.now();
    await move(count);
    return rateOf(count, startedAt, say, 'bare amqplib');
  });
}

const WARM_UP = 8 * IN_FLIGHT;

async function freshBroker(resources: Resources): Promise<string> {
  if (!rabbitmqIsHere) throw new Error('RabbitMQ is what this benchmark measures: apt-get install rabbitmq-server');
  const broker = await startRabbitMq();
  resources.onRelease(() => broker.stop());
  return broker.url;
}

/** The very queues of the platform. */
async function declareQueues(url: string): Promise<void> {
  const sender = await openRabbitMqCommandQueue({ url, role: 'sender' });
  await sender.close();
}

function bodyOf(readings: number, connection: number, n: number): string {
  const start = START + (n * IN_FLIGHT + connection) * readings * 1_000;
  return jsonBody({ device: '', start, stepMs: 1_000, count: readings });
}

function rateOf(count: number, startedAt: number, say: (text: string) => void, side: string): number {
  const rate = count / ((performance.now() - startedAt) / 1_000);
  say(`${side}: ${Math.round(rate).toLocaleString('en')} messages/s`);
  return rate;
}

function deviceIds(): string[] {
  return Array.from({ length: DEVICES }, (_, i) => `d${i}`);
}
