import { afterEach, describe, expect, it } from 'vitest';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { CommandQueue, type CommandHandler } from '#ports';
import { startOtlpReceiver, type OtlpReceiver } from '../../../test/support/otlp-receiver.js';
import {
  currentSpan,
  LINKS_MAX,
  openTracer,
  parentAndLinks,
  readTraceparent,
  type Tracer,
  traceSettingsOf,
  writeTraceparent,
} from './tracing.js';
import { traceCommandQueue } from './tracing-queue.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const close: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of close.splice(0).reverse()) await one();
});

async function tracing(ratio = 1): Promise<{ tracer: Tracer; collector: OtlpReceiver }> {
  const collector = await startOtlpReceiver();
  const tracer = (await openTracer({ endpoint: `${collector.url}/`, ratio }, 'test'))!;
  close.push(() => collector.close());
  return { tracer, collector };
}

describe('a traceparent', () => {
  it('is read as W3C says, and written again', () => {
    expect(readTraceparent(PARENT)).toEqual({ traceId: TRACE, spanId: '00f067aa0ba902b7', sampled: true });
    expect(readTraceparent(PARENT.replace(/01$/, '00'))).toMatchObject({ sampled: false });
    expect(readTraceparent(PARENT.replace(/^00/, '01').concat('-more'))).toMatchObject({ traceId: TRACE });
    expect(writeTraceparent(readTraceparent(PARENT)!)).toBe(PARENT);
  });

  it.each([
    undefined,
    7,
    '',
    'x',
    PARENT.toUpperCase(),
    PARENT.replace(/^00/, 'ff'),
    PARENT.replace(TRACE, '0'.repeat(32)),
    PARENT.replace('00f067aa0ba902b7', '0'.repeat(16)),
  ])('is none where it is %j', (text) => expect(readTraceparent(text)).toBeUndefined());
});

describe('what a batch follows from', () => {
  it('is nothing where nothing is traced', () => expect(parentAndLinks([undefined, undefined])).toBeUndefined());

  it('is the trace that all of it is of', () => {
    const other = PARENT.replace('00f0', '11f0');
    expect(parentAndLinks([undefined, PARENT, PARENT])).toEqual({ parent: PARENT, links: [] });
    expect(parentAndLinks([PARENT, other])).toEqual({ parent: PARENT, links: [other] });
  });

  it('is no one trace where it is of several, and no more than anybody can read', () => {
    const many = Array.from({ length: 200 }, (_, n) => PARENT.replace('4bf9', n.toString(16).padStart(4, '0')));
    const { parent, links } = parentAndLinks(many)!;
    expect([parent, links!.length]).toEqual([undefined, LINKS_MAX]);
  });
});

describe('the tracer', () => {
  it('is not there where no collector is named', async () => {
    expect(traceSettingsOf({ otlpEndpoint: undefined, traceRatio: 1 })).toBeUndefined();
    expect(await openTracer(undefined, 'test')).toBeUndefined();
  });

  it('exports spans with their parents, links, times and failures', async () => {
    const { tracer, collector } = await tracing();
    const one = tracer.start('one', { parent: PARENT, kind: 'server', attributes: { a: 1 }, startedAt: 1_700_000_000_000 })!;
    const two = tracer.start('two', { parent: one.traceparent, links: [PARENT, 'no link'] })!;
    two.set({ b: 'x' });
    two.end('it broke');
    one.end(undefined, 1_700_000_000_250);
    await tracer.close();
    const [second, first] = collector.spans;
    expect(first).toMatchObject({
      name: 'one',
      service: 'test',
      traceId: TRACE,
      parentSpanId: '00f067aa0ba902b7',
      kind: 2,
      attributes: { a: 1 },
      failure: undefined,
    });
    expect(first!.endedAt - first!.startedAt).toBeCloseTo(250, 0);
    expect(second).toMatchObject({
      name: 'two',
      parentSpanId: first!.spanId,
      links: [{ traceId: TRACE, spanId: '00f067aa0ba902b7' }],
      attributes: { b: 'x' },
      failure: 'it broke',
    });
  });

  it('records a share of what has no trace, and of what has one what that says', async () => {
    const { tracer } = await tracing(0);
    close.push(() => tracer.close());
    expect(tracer.start('new')).toBeUndefined();
    expect(tracer.start('asked for', { parent: PARENT })).toBeDefined();
    expect(tracer.start('not asked for', { parent: PARENT.replace(/01$/, '00') })).toBeUndefined();
    const half = await tracing(0.5);
    close.push(() => half.tracer.close());
    const recorded = Array.from({ length: 400 }, () => half.tracer.start('new')).filter((span) => span !== undefined).length;
    expect(recorded).toBeGreaterThan(130);
    expect(recorded).toBeLessThan(270);
  });

  it('lets a process stop where the collector is away', async () => {
    const { tracer, collector } = await tracing();
    await collector.close();
    tracer.start('lost')!.end();
    const beganAt = performance.now();
    await tracer.close();
    expect(performance.now() - beganAt).toBeLessThan(6_000);
  }, 15_000);
});

class FakeQueue extends CommandQueue {
  sent: CommandEnvelope[] = [];
  handler: CommandHandler | undefined;
  answer: CommandAnswer = { ok: true, position: 1, revision: 0, value: {} };
  async send(command: CommandEnvelope) {
    this.sent.push(command);
    return this.handler ? this.handler([command])[0]! : this.answer;
  }
  async enqueue(command: CommandEnvelope) {
    this.sent.push(command);
    return this.answer;
  }
  async consume(handler: CommandHandler) {
    this.handler = handler;
  }
  depth = () => ({ commands: 3, bytes: 4 });
  override partitions = () => [1, 2];
  async close() {}
}
const command: CommandEnvelope = {
  type: 'RetireDevice',
  stream: 'device-a1.d1',
  data: {},
  commandId: 'c1',
  accountId: 'a1',
  correlationId: 'r1',
  receivedAt: 1,
};

describe('the queue with its spans', () => {
  it('is the queue itself where nothing is traced', () => {
    const queue = new FakeQueue();
    expect(traceCommandQueue(queue, undefined)).toBe(queue);
  });

  it('carries the context of the request in the envelope, and hands on what is the child of it', async () => {
    const { tracer, collector } = await tracing();
    const queue = new FakeQueue();
    const sut = traceCommandQueue(queue, tracer);
    const seen: (string | undefined)[] = [];
    await sut.consume((batch) => batch.map(async ({ traceparent }) => (seen.push(traceparent), queue.answer)));
    const request = tracer.start('request', { parent: PARENT })!;
    await currentSpan.run(request, () => sut.send(command));
    await sut.enqueue(command);
    request.end();
    await tracer.close();
    const named = Object.fromEntries(collector.spans.map((span) => [span.name, span]));
    expect(Object.keys(named).sort()).toEqual(['queue consume', 'queue publish', 'request']);
    expect(named['queue publish']!.parentSpanId).toBe(named['request']!.spanId);
    expect(named['queue consume']!.parentSpanId).toBe(named['queue publish']!.spanId);
    expect(seen).toEqual([`00-${TRACE}-${named['queue consume']!.spanId}-01`]);
    // What nobody traces is sent as it came.
    expect(queue.sent[1]).toBe(command);
    expect(command).not.toHaveProperty('traceparent');
  });

  it('marks as failed what went wrong inside, and not what was refused', async () => {
    const { tracer, collector } = await tracing();
    const queue = new FakeQueue();
    const sut = traceCommandQueue(queue, tracer);
    for (const code of ['device.unknown', 'defect']) {
      queue.answer = { ok: false, code, message: `because of ${code}` };
      await sut.send({ ...command, traceparent: PARENT });
    }
    await tracer.close();
    expect(collector.spans.map(({ failure, attributes }) => [attributes['thingsio.refusal'], failure])).toEqual([
      ['device.unknown', undefined],
      ['defect', 'because of defect'],
    ]);
  });

  it('is the same queue in everything else', () => {
    const sut = traceCommandQueue(new FakeQueue(), { start: () => undefined, close: async () => undefined });
    expect([sut.depth(), sut.partitions()]).toEqual([{ commands: 3, bytes: 4 }, [1, 2]]);
  });
});
