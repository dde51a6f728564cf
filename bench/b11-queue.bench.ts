/** B11: what does the way of a command cost, from the door over RabbitMQ to its device, against the broker's own client with the same bodies? */
import { once } from 'node:events';
import { openRabbitMqCommandQueue } from '#adapters/rabbitmq';
import { deviceStream, partOf } from '#contracts';
import { rabbitmqIsHere, startRabbitMq } from '../test/support/servers/rabbitmq.js';
import type { Publishing } from './peers/bare-publisher.js';
import type { Bench, BenchContext } from './support/bench.js';
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
const READINGS = 1;
/** As many as the queue has; an ingestor is handed as much of each ahead of acknowledgements. */
const PARTITIONS = 64;
const PREFETCH = 64;
const START = Date.UTC(2026, 0, 1);
const API_KEY = 'tio_bench';

export const queue: Bench = {
  id: 'B11',
  name: 'queue',
  question: 'One reading a request, POST → RabbitMQ → its device → answer: how many a second, each persistent in a quorum queue?',
  target: {
    of: 'thingsIO ÷ bare amqplib publish, confirm, consume, acknowledge of the same bodies, messages/s',
    compare: '>=',
    must: 0.5,
    unit: '×',
  },
  nextLimit:
    'processor time: about 190 µs a request over all processes, of which the api has 75 (a quarter of it garbage collection, a sixth writing to sockets, the rest HTTP), the broker 65, the device and its way 27, the load generator 20; bare amqplib has 77, of which the broker has 62. Messages, acknowledgements and answers of one turn go out in one system call each: before that it was 285 µs.',
  async run(context) {
    const count = context.quick ? 20_480 : 81_920;
    const rounds = await interleaved(
      context.quick ? 1 : 4,
      () => thingsioRound(context, count),
      () => bareRound(context, count),
    );
    return {
      value: ratio(rounds.a, rounds.b),
      figures: [
        figure('thingsIO, answered by the device', 'requests/s', rounds.a),
        figure('bare amqplib, confirmed and consumed', 'messages/s', rounds.b),
      ],
      notes: [
        `${count.toLocaleString('en')} bodies of ${bodyOf(0, 0).length} bytes a round, ${IN_FLIGHT} under way at once, over ${PARTITIONS} quorum queues of a fresh broker.`,
        'The api with its door, key and limits is one process, the devices (over a log in memory) another; the bare publisher and the bare consumer are one each, too. The load generator runs beside them on the same cores.',
      ],
    };
  },
};

function thingsioRound({ resources, say }: BenchContext, count: number): Promise<number> {
  return resources.scope(async (inner) => {
    const broker = await freshBroker(inner);
    await forkPeer('queue-actors', inner, [broker, ...deviceIds()]);
    const url = await startPeer('queue-api', inner, [broker, API_KEY]);
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const connections = await openConnections(url, IN_FLIGHT, inner);
    const queuesOf = (each: number, from: number) =>
      connections.map((_, i) =>
        Array.from({ length: each }, (_, n) =>
          rawRequest('POST', `/api/v1/devices/d${i % DEVICES}/readings`, headers, bodyOf(i, from + n)),
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

function bareRound({ resources, say }: BenchContext, count: number): Promise<number> {
  return resources.scope(async (inner) => {
    const broker = await freshBroker(inner);
    await declareQueues(broker);
    const { child: consumer } = await forkPeer('bare-consumer', inner, [broker, `${PARTITIONS}`, `${PREFETCH}`]);
    const { child: publisher } = await forkPeer('bare-publisher', inner, [broker]);
    const bodies = Array.from({ length: 10 * IN_FLIGHT }, (_, n) => ({
      partition: partOf(deviceStream(ACCOUNT, `d${n % DEVICES}`), PARTITIONS),
      body: bodyOf(n % IN_FLIGHT, n),
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

function bodyOf(connection: number, n: number): string {
  const start = START + (n * IN_FLIGHT + connection) * 1_000;
  return jsonBody({ device: '', start, stepMs: 1_000, count: READINGS });
}

function rateOf(count: number, startedAt: number, say: (text: string) => void, side: string): number {
  const rate = count / ((performance.now() - startedAt) / 1_000);
  say(`${side}: ${Math.round(rate).toLocaleString('en')} messages/s`);
  return rate;
}

function deviceIds(): string[] {
  return Array.from({ length: DEVICES }, (_, i) => `d${i}`);
}
