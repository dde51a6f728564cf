/** One request, one trace: from the door through queue, decision, append, projections and live message, over all threads and processes. */
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, openAccount, type Client } from '../support/client.js';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.js';
import { startJourneyPlatform, type JourneyPlatform } from '../support/platform.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const IS_DISTRIBUTED = process.env['THINGSIO_TEST_PLATFORM'] === 'distributed';
const DONE_BY = {
  'POST /api/v1/devices/:id/readings': 'api',
  'queue publish': 'api',
  'queue consume': 'ingestor',
  decide: 'ingestor',
  append: 'ingestor',
  'project views': 'projector',
  'project series': 'projector',
  'live publish': 'projector',
};
const CLIENT_SPAN = '00f067aa0ba902b7';
const traced = (traceId: string, flags = '01') => ({ traceparent: `00-${traceId}-${CLIENT_SPAN}-${flags}` });

let collector: OtlpReceiver;
let platform: JourneyPlatform;
let client: Client;
let socket: Socket;

const spansOf = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId);
const post = (headers: Record<string, string>, body: unknown = { temperature: 21.5 }, query = '?ack=projected') =>
  client.call('POST', `/devices/d1/readings${query}`, body, headers);

beforeAll(async () => {
  collector = await startOtlpReceiver();
  // A request without a trace of its own is never traced here: what is seen was asked for.
  platform = await startJourneyPlatform({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, THINGSIO_TRACE_RATIO: '0' } });
  client = await openAccount(platform.url);
  const schema = { fields: { temperature: { type: 'number', max: 60 } } };
  await client.call('POST', '/devices', { deviceId: 'd1', name: 'one', schema });
  socket = io(platform.url, { auth: { token: client.key! }, transports: ['websocket'] });
  await socket.emitWithAck('subscribe', { deviceId: 'd1' });
});
afterAll(async () => {
  socket?.close();
  await platform?.remove();
  await collector?.close();
});

describe('a request with a traceparent', () => {
  it('is one trace, each of whose spans follows from the one before it', async () => {
    const heard = new Promise((resolve) => socket.once('readings.recorded', resolve));
    const answer = await post(traced(TRACE));
    expect(answer.status).toBe(200);
    await heard;
    const names = Object.keys(DONE_BY).sort();
    const spans = await eventually(
      async () => spansOf(TRACE),
      (them) => them.length >= names.length,
    );
    expect(spans.map(({ name }) => name).sort()).toEqual(names);
    const byName = Object.fromEntries(spans.map((span) => [span.name, span])) as Record<string, ReceivedSpan>;
    const parentOf = (name: string) => spans.find(({ spanId }) => spanId === byName[name]!.parentSpanId)?.name;
    expect(byName['POST /api/v1/devices/:id/readings']!.parentSpanId).toBe(CLIENT_SPAN);
    expect(parentOf('queue publish')).toBe('POST /api/v1/devices/:id/readings');
    expect(parentOf('queue consume')).toBe('queue publish');
    expect(parentOf('decide')).toBe('queue consume');
    expect(parentOf('append')).toBe('queue consume');
    expect(parentOf('project views')).toBe('decide');
    expect(parentOf('project series')).toBe('decide');
    expect(parentOf('live publish')).toBe('decide');
  });

  it('carries the same context in the metadata of its events, and its trace is the correlation id where none was sent', async () => {
    const { body } = await client.call<{ items: { metadata: Record<string, string> }[] }>('GET', '/devices/d1/events');
    const { metadata } = body.items.find(({ metadata: { correlationId } }) => correlationId === TRACE)!;
    const decide = spansOf(TRACE).find(({ name }) => name === 'decide')!;
    expect(metadata['traceparent']).toBe(`00-${TRACE}-${decide.spanId}-01`);
    expect(body.items.filter((event) => 'traceparent' in event.metadata)).toHaveLength(1);
  });

  it('says what was done, how long it took, and by which kind of process', async () => {
    const of = (name: string) => spansOf(TRACE).find((span) => span.name === name)!;
    expect(of('POST /api/v1/devices/:id/readings')).toMatchObject({
      kind: 2,
      attributes: { 'http.response.status_code': 200, 'http.request.method': 'POST', 'thingsio.correlation_id': TRACE },
    });
    for (const [name, role] of Object.entries(DONE_BY)) expect(of(name).service, name).toBe(IS_DISTRIBUTED ? role : 'embedded');
    expect(of('queue publish')).toMatchObject({ kind: 4, attributes: { 'thingsio.command': 'ReceiveReadings' } });
    expect(of('queue consume').kind).toBe(5);
    expect(of('append').attributes).toMatchObject({ 'thingsio.append.commands': 1, 'thingsio.append.events': 1 });
    const door = of('POST /api/v1/devices/:id/readings');
    for (const name of ['queue publish', 'queue consume', 'decide', 'append']) {
      expect(of(name).startedAt, name).toBeGreaterThanOrEqual(door.startedAt - 1);
      expect(of(name).endedAt, name).toBeLessThanOrEqual(door.endedAt + 1);
      expect(of(name).failure, name).toBeUndefined();
    }
  });

  it('is traced as far as it got where it is refused', async () => {
    const id = TRACE.replace('4b', '5b');
    expect((await post(traced(id), { temperature: 'warm' }, '')).status).toBe(422);
    const elsewhere = TRACE.replace('4b', '6b');
    expect((await client.call('POST', '/devices/unknown/readings', { temperature: 1 }, traced(elsewhere))).status).toBe(404);
    const refused = await eventually(
      async () => spansOf(elsewhere),
      (them) => them.some(({ name }) => name.startsWith('POST')) && them.some(({ name }) => name === 'decide'),
    );
    expect(refused.map(({ name }) => name)).not.toContain('append');
    expect(refused.find(({ name }) => name === 'queue consume')!.attributes['thingsio.refusal']).toBe('device.unknown');
    expect(refused.every(({ failure }) => failure === undefined)).toBe(true);
  });

  it('is traced for each of many devices', async () => {
    const id = TRACE.replace('4b', '7b');
    const body = { d1: [{ temperature: 1 }], d2: [{ temperature: 2 }] };
    expect((await client.call('POST', '/readings', body, traced(id))).status).toBe(200);
    const spans = await eventually(
      async () => spansOf(id),
      (them) => them.filter(({ name }) => name === 'queue publish').length === 2 && them.some(({ name }) => name.startsWith('POST')),
    );
    const door = spans.find(({ name }) => name === 'POST /api/v1/readings')!;
    for (const span of spans.filter(({ name }) => name === 'queue publish')) expect(span.parentSpanId).toBe(door.spanId);
  });

  it('is not traced where that trace is not sampled, nor where it has none and the share is 0', async () => {
    const id = TRACE.replace('4b', '8b');
    await post(traced(id, '00'));
    await post({});
    const last = TRACE.replace('4b', '9b');
    await post(traced(last));
    await eventually(
      async () => spansOf(last),
      (them) => them.some(({ name }) => name === 'project series'),
    );
    expect(spansOf(id)).toEqual([]);
    expect(new Set(collector.spans.map(({ traceId }) => traceId.slice(2)))).toEqual(new Set([TRACE.slice(2)]));
  });

  it('exports what has ended when the platform stops', async () => {
    const id = TRACE.replace('4b', 'ab');
    await post(traced(id), { temperature: 3 }, '');
    expect(new Set(await platform.stop())).toEqual(new Set([0]));
    expect(spansOf(id).map(({ name }) => name)).toEqual(expect.arrayContaining(['decide', 'append', 'queue publish', 'queue consume']));
  });
});
