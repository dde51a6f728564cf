import { afterEach, describe, expect, it } from 'vitest';
import type { GenerationView, ProjectionView, RebuildView } from '#contracts';
import { runCli } from '../../test/run-cli.js';
import { type Script, type ScriptedServer, startScriptedServer } from '../../test/scripted-server.js';
import { progressLine } from './follow-rebuild.js';

const REBUILDS = '/projections/ledger/rebuilds';
const rebuild: RebuildView = {
  rebuildId: 'r1',
  projection: 'ledger',
  generation: 2,
  purpose: 'switch',
  state: 'requested',
  progress: 0,
  position: '0',
  target: '2000',
  eventsDone: 0,
  eventsPerSecond: 0,
  requestedAt: '2026-05-01T12:00:00.000Z',
};
const running: RebuildView = {
  ...rebuild,
  state: 'running',
  progress: 0.25,
  eventsDone: 500,
  eventsPerSecond: 1_000,
  remainingSeconds: 90,
};
const ended = (state: RebuildView['state'], more: Partial<RebuildView> = {}): RebuildView => ({
  ...running,
  state,
  progress: 1,
  eventsDone: 2_000,
  startedAt: '2026-05-01T12:00:01.000Z',
  finishedAt: '2026-05-01T12:01:04.000Z',
  ...more,
});
const generation = (number: number, state: GenerationView['state']): GenerationView => ({
  generation: number,
  state,
  version: 1,
  madeAt: '2026-05-01T12:00:00.000Z',
});
const projection = (more: Partial<ProjectionView> = {}): Partial<ProjectionView> => ({
  name: 'ledger',
  generations: [generation(1, 'old'), generation(2, 'live')],
  ...more,
});

let server: ScriptedServer;
afterEach(() => server.close());
const open = async (script: Script) => (server = await startScriptedServer(script));
const run = (...words: string[]) => runCli(server.url, words);

/** Gives one state after the other; the last one again and again. */
const inTurn = (...states: RebuildView[]) => {
  let at = 0;
  return () => ({ body: states[Math.min(at++, states.length - 1)] });
};

describe('thingsio replay', () => {
  it('stays until the new generation is live, and says what is left to drop', async () => {
    await open({
      [`POST ${REBUILDS}`]: { status: 202, body: rebuild },
      [`GET ${REBUILDS}/r1`]: inTurn(running, ended('completed')),
      'GET /projections/ledger': { body: projection() },
    });
    const { code, text, progress } = await run('replay', 'ledger');
    expect(code).toBe(0);
    expect(progress).toEqual([progressLine(running), progressLine(ended('completed'))]);
    expect(text).toContain('✓ Generation 2 of ledger is live: 2,000 events in 1 min 3 s.');
    expect(text).toContain('thingsio replay ledger --drop 1');
  });

  it('tells how far it is in one line', () => {
    expect(progressLine(running)).toBe('ledger → 2  █████░░░░░░░░░░░░░░░  25 %  500 events  1,000/s  1 min 30 s left');
    expect(progressLine({ ...running, state: 'paused' })).toContain('paused');
  });

  it('ends with code 1 and the reason when it failed', async () => {
    await open({
      [`POST ${REBUILDS}`]: { status: 202, body: rebuild },
      [`GET ${REBUILDS}/r1`]: { body: ended('failed', { error: 'a bug at 7' }) },
    });
    expect(await run('replay', 'ledger')).toMatchObject({ code: 1, text: expect.stringContaining('failed: a bug at 7') as string });
  });

  it('joins the one under way, and leaves it running on Ctrl-C', async () => {
    await open({
      [`POST ${REBUILDS}`]: { status: 409, body: { code: 'rebuild.under-way', detail: 'r1 has not ended.', rebuildId: 'r1' } },
      'GET /projections/ledger': { body: projection({ rebuild: running }) },
      [`GET ${REBUILDS}/r1`]: { body: running },
    });
    const interruption = new AbortController();
    const ending = runCli(server.url, ['replay', 'ledger'], interruption.signal);
    setTimeout(() => interruption.abort(), 50);
    const { code, text } = await ending;
    expect(code).toBe(0);
    expect(text).toContain('under way already');
    expect(text).toContain('It goes on by itself.');
    expect(server.asked.some((line) => line.startsWith('DELETE'))).toBe(false);
  });

  it('does not mistake a verification for it', async () => {
    await open({
      [`POST ${REBUILDS}`]: { status: 409, body: { code: 'rebuild.under-way', detail: 'r1 has not ended.', rebuildId: 'r1' } },
      'GET /projections/ledger': { body: projection({ rebuild: { ...running, purpose: 'verify' } }) },
    });
    await expect(run('replay', 'ledger')).rejects.toThrow('R1 has not ended.');
  });

  it.each([
    ['--pause', `PATCH ${REBUILDS}/r1 {"state":"paused"}`],
    ['--resume', `PATCH ${REBUILDS}/r1 {"state":"running"}`],
    ['--cancel', `DELETE ${REBUILDS}/r1`],
  ])('%s steers the one under way', async (flag, asked) => {
    await open({
      'GET /projections/ledger': { body: projection({ rebuild: running }) },
      [`PATCH ${REBUILDS}/r1`]: { body: running },
      [`DELETE ${REBUILDS}/r1`]: { status: 202, body: running },
    });
    expect((await run('replay', 'ledger', flag)).code).toBe(0);
    expect(server.asked.at(-1)).toBe(asked);
  });

  it('says that there is nothing to pause', async () => {
    await open({ 'GET /projections/ledger': { body: projection({ rebuild: ended('completed') }) } });
    await expect(run('replay', 'ledger', '--pause')).rejects.toThrow('Nothing is being built of ledger');
  });

  it('shows the generations, and how the last one ended', async () => {
    await open({ 'GET /projections/ledger': { body: projection({ rebuild: ended('cancelled') }) } });
    const { text } = await run('replay', 'ledger', '--status');
    expect(text).toMatch(/^1 +old/m);
    expect(text).toContain('The last rebuild, into generation 2: cancelled (2026-05-01T12:01:04.000Z).');
  });

  it('shows the first generation live from when it was made', async () => {
    const switched = { ...generation(2, 'live'), switchedAt: '2026-05-01T12:01:04.000Z' };
    await open({
      'GET /projections/ledger': { body: projection({ generations: [generation(1, 'old'), generation(3, 'building'), switched] }) },
    });
    const { text } = await run('replay', 'ledger', '--status');
    expect(text).toMatch(/^1 .* 2026-05-01T12:00:00.000Z$/m);
    expect(text).toMatch(/^2 .* 2026-05-01T12:01:04.000Z$/m);
    expect(text).toMatch(/^3 .* —$/m);
  });

  it('drops a generation and says when it is gone', async () => {
    let reads = 0;
    await open({
      'DELETE /projections/ledger/generations/1': { status: 202 },
      'GET /projections/ledger': () => ({
        body: projection({ generations: reads++ === 0 ? [generation(1, 'dropping'), generation(2, 'live')] : [generation(2, 'live')] }),
      }),
    });
    expect(await run('replay', 'ledger', '--drop', '1')).toMatchObject({ code: 0, text: 'Generation 1 of ledger is gone.' });
  });
});

describe('thingsio verify projection', () => {
  const VERIFICATIONS = '/projections/ledger/verifications';
  const verifying = { ...rebuild, purpose: 'verify' as const };
  const outcome = { position: '2000', equal: true, live: 'aa', rebuilt: 'aa', rows: { live: 3, rebuilt: 3 } };
  const verify = async (found: object) => {
    await open({
      [`POST ${VERIFICATIONS}`]: { status: 202, body: verifying },
      [`GET ${VERIFICATIONS}/r1`]: { body: { ...verifying, state: 'completed', progress: 1, outcome: found } },
    });
    return run('verify', 'projection', 'ledger');
  };

  it('ends with 0 where what is shown is what the log says', async () => {
    expect(await verify(outcome)).toMatchObject({ code: 0, text: expect.stringContaining('✓ ledger shows what the log says') as string });
  });

  it('ends with 1 and the first difference where it is not', async () => {
    const firstDifference = { accountId: 'a1', deviceId: 'd1', table: 'ledgers', key: ['a1', 'd1'], live: { stored: 2 }, rebuilt: null };
    const { code, text } = await verify({ ...outcome, equal: false, rebuilt: 'bb', firstDifference });
    expect(code).toBe(1);
    expect(text).toContain('✗ ledger does not show what the log says, as of position 2000.');
    expect(text).toContain('in ledgers, device d1, account a1, at ["a1","d1"]:');
    expect(text).toContain('live     {"stored":2}');
    expect(text).toContain('rebuilt  (not there)');
  });
});
