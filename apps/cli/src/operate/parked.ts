/** `thingsio parked`: commands that failed again and again, to look at, try again, or drop. */
import { randomUUID } from 'node:crypto';
import type { Json, ListView, ParkedCommandView, ParkedRetryView } from '#contracts';
import { needKey } from '../client/account.js';
import type { ApiClient } from '../client/api-client.js';
import { table } from '../output.js';
import { formatCount, UsageError } from '../quantities.js';
import type { Context } from '../simulate/simulate.js';

const ID_CHARS_SHOWN = 8;
const pathOf = ({ parkedId }: ParkedCommandView, rest = ''): string => `/parked-commands/${encodeURIComponent(parkedId)}${rest}`;

export async function listParked({ client, out }: Context): Promise<number> {
  needKey(client);
  const parked = await allParked(client);
  const rows = parked.map((it) => [
    it.commandId.slice(0, ID_CHARS_SHOWN),
    it.type,
    it.deviceId ?? it.stream,
    it.parkedAt,
    it.tries,
    errorText(it.error),
  ]);
  out.line(parked.length === 0 ? 'No command is parked.' : table(['id', 'command', 'device', 'parked at', 'tries', 'error'], rows));
  return 0;
}

export async function showParked(id: string, { client, out }: Context): Promise<number> {
  const it = await find(client, id);
  const lines: [string, string | undefined][] = [
    ['command', it.type],
    ['id', it.commandId],
    ['device', it.deviceId],
    ['stream', it.stream],
    ['account', it.accountId],
    ['parked at', it.parkedAt],
    ['tries', String(it.tries)],
    ['error', errorText(it.error)],
    ['correlation', it.correlationId],
    ['body', it.bodyBytes === undefined ? undefined : `${formatCount(it.bodyBytes)} bytes`],
  ];
  for (const [name, value] of lines) if (value !== undefined) out.line(`${name.padEnd(12)} ${value}`);
  if (it.bodyStart !== undefined) out.line(`\n${it.bodyStart}${it.bodyStart.length < (it.bodyBytes ?? 0) ? ' …' : ''}`);
  return 0;
}

/** Exit code 0 where none of them is parked any more. */
export async function retryParked(ids: string[], { client, out }: Context): Promise<number> {
  let failed = 0;
  for (const parked of await findAll(client, ids)) {
    const headers = { 'idempotency-key': randomUUID() };
    const answer: ParkedRetryView = await client.json({ method: 'POST', path: pathOf(parked, '/retries'), headers });
    if (answer.outcome === 'failed') failed++;
    out.line(`${nameOf(parked)} ${OUTCOMES[answer.outcome](answer)}`);
  }
  return failed === 0 ? 0 : 1;
}

const OUTCOMES: Record<ParkedRetryView['outcome'], (answer: ParkedRetryView) => string> = {
  accepted: ({ position }) => `was accepted, at position ${position ?? '?'}.`,
  refused: ({ code, message }) => `was refused for good: ${message ?? ''} (${code ?? ''})`,
  failed: ({ tries, message }) => `failed again, and stays parked after ${tries} tries: ${message ?? ''}`,
};

export async function dropParked(ids: string[], reason: string | undefined, { client, out }: Context): Promise<number> {
  for (const parked of await findAll(client, ids)) {
    await client.json({ method: 'DELETE', path: pathOf(parked), query: { reason } });
    out.line(`${nameOf(parked)} was dropped.`);
  }
  return 0;
}

const nameOf = ({ type, commandId, deviceId, stream }: ParkedCommandView): string =>
  `${type} ${commandId.slice(0, ID_CHARS_SHOWN)} of ${deviceId ?? stream}`;

const errorText = (error: Json): string => {
  const message = typeof error === 'object' && error !== null && !Array.isArray(error) ? error['message'] : error;
  return typeof message === 'string' ? message : JSON.stringify(error);
};

async function findAll(client: ApiClient, ids: string[]): Promise<ParkedCommandView[]> {
  const found: ParkedCommandView[] = [];
  for (const id of ids) found.push(await find(client, id));
  return found;
}

/** By the id of the command or the beginning of it. */
async function find(client: ApiClient, id: string): Promise<ParkedCommandView> {
  needKey(client);
  const fitting = (await allParked(client)).filter(({ commandId, parkedId }) => parkedId === id || commandId.startsWith(id));
  const [one] = fitting;
  if (!one) throw new UsageError(`No parked command's id begins with "${id}"; see "thingsio parked".`);
  if (fitting.length > 1) throw new UsageError(`${fitting.length} parked commands have an id that begins with "${id}"; give more of it.`);
  return one;
}

async function allParked(client: ApiClient): Promise<ParkedCommandView[]> {
  const all: ParkedCommandView[] = [];
  let cursor: string | undefined;
  do {
    const page: ListView<ParkedCommandView> = await client.json({
      method: 'GET',
      path: '/parked-commands',
      query: { limit: 1_000, cursor },
    });
    all.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return all;
}
