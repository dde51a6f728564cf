/** Where exactly two servers differ about one device: the first reading, value, count or verdict. */
import type { Json, LatestView, LedgerView, ListView, ReadingsView, RejectionsView } from '#contracts';
import { devicePath, type ApiClient } from '../client/api-client.js';
import type { Part, Sides } from './sides.js';

/** Lines that name it, for a person. */
export async function firstDifference(deviceId: string, part: Part, sides: Sides): Promise<string[]> {
  const found = await FIND[part](deviceId, sides);
  const where = `The first difference of ${deviceId} is in its ${part}`;
  if (!found) return [`${where}; it was gone when it was looked for: is one of the servers still taking readings in?`];
  return [`${where}, ${found.at}:`, `  here   ${shown(found.here)}`, `  there  ${shown(found.there)}`];
}

interface Found {
  at: string;
  /** Undefined where it is not there. */
  here: Json | undefined;
  there: Json | undefined;
}

const FIND: Record<Part, (deviceId: string, sides: Sides) => Promise<Found | undefined>> = {
  series: async (deviceId, { here, there }) => inOrder(readings(here, deviceId), readings(there, deviceId)),
  rejections: async (deviceId, { here, there }) => inOrder(rejections(here, deviceId), rejections(there, deviceId)),
  latest: (deviceId, sides) =>
    byMember(sides, async (client) => {
      const { fields }: LatestView = await client.json({ method: 'GET', path: devicePath(deviceId, '/latest') });
      return fields;
    }),
  ledger: (deviceId, sides) =>
    byMember(sides, async (client) => {
      const { deviceId: _, ...counts }: LedgerView = await client.json({ method: 'GET', path: devicePath(deviceId, '/ledger') });
      return counts;
    }),
};

async function byMember({ here, there }: Sides, read: (client: ApiClient) => Promise<object>): Promise<Found | undefined> {
  const [one, other] = (await Promise.all([read(here), read(there)])) as [Record<string, Json>, Record<string, Json>];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  const name = names.find((it) => canonical(one[it]) !== canonical(other[it]));
  return name === undefined ? undefined : { at: `at "${name}"`, here: one[name], there: other[name] };
}

/** Things that stand at one place are in no order: two servers may have taken them in one after the other. */
interface Place {
  at: string;
  things: Json[];
}

async function inOrder(here: AsyncGenerator<Place>, there: AsyncGenerator<Place>): Promise<Found | undefined> {
  try {
    for (let count = 1; ; count++) {
      const [one, other] = await Promise.all([here.next(), there.next()]);
      if (one.done && other.done) return undefined;
      const [a, b] = [one.value as Place | undefined, other.value as Place | undefined];
      const [things, others] = [a?.things.map(canonical).sort() ?? [], b?.things.map(canonical).sort() ?? []];
      if (a?.at === b?.at && canonical(things) === canonical(others)) continue;
      const only = (from: Place | undefined, elsewhere: string[]): Json | undefined =>
        from?.things.find((it) => !elsewhere.includes(canonical(it)));
      return { at: a?.at ?? b!.at, here: only(a, others), there: only(b, things) };
    }
  } finally {
    await Promise.all([here.return(undefined), there.return(undefined)]);
  }
}

async function* readings(client: ApiClient, deviceId: string): AsyncGenerator<Place> {
  let place: Place | undefined;
  for await (const { time, seq, values } of pages<ReadingsView['items'][number]>(client, devicePath(deviceId, '/readings'))) {
    const thing = { time, ...(seq !== undefined && { seq: String(seq) }), values };
    if (place?.at === `at ${time}`) place.things.push(thing);
    else {
      if (place) yield place;
      place = { at: `at ${time}`, things: [thing] };
    }
  }
  if (place) yield place;
}

/** The newest first, as the server lists them. */
async function* rejections(client: ApiClient, deviceId: string): AsyncGenerator<Place> {
  let count = 0;
  for await (const { index, field, code, message, reading } of pages<RejectionsView['items'][number]>(
    client,
    devicePath(deviceId, '/rejections'),
  ))
    yield { at: `${++count} from the newest`, things: [{ index, ...(field !== undefined && { field }), code, message, reading }] };
}

const PAGE = 1_000;

async function* pages<T>(client: ApiClient, path: string): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page: ListView<T> = await client.json({ method: 'GET', path, query: { limit: PAGE, cursor } });
    yield* page.items;
    cursor = page.next;
  } while (cursor);
}

/** The same text for the same JSON, however its members are ordered. */
function canonical(json: Json | undefined): string {
  if (Array.isArray(json)) return `[${json.map(canonical).join()}]`;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json) ?? 'nothing';
  const members = Object.keys(json).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(json[name])}`).join()}}`;
}

const shown = (json: Json | undefined): string => (json === undefined ? '(not there)' : JSON.stringify(json));
