/** What a subscription holds until the browser can take it: messages of one device in order, readings merged where they can be. */
import type { FieldColumn, NumberColumn, ReadingsRecordedMessage, ReadingsRejectedMessage } from '#contracts';

/** One message of a device, from the bus or from the log. */
export interface DeviceMessage {
  event: string;
  position: number;
  data: object;
}

export interface ReadingsMessage extends DeviceMessage {
  event: 'readings.recorded';
  data: ReadingsRecordedMessage;
}

export const isReadings = (message: DeviceMessage): message is ReadingsMessage => message.event === 'readings.recorded';

/** A verdict is mostly its text. */
const CELLS_A_VERDICT = 10;

/** Values in a message: what it costs to hold and to send. */
export function cellsOf(message: DeviceMessage): number {
  if (!isReadings(message)) return CELLS_A_VERDICT * Math.max(1, (message.data as Partial<ReadingsRejectedMessage>).rejected?.length ?? 1);
  const { time, fields } = message.data;
  const columns = Object.values(fields).flatMap((column) => (Array.isArray(column) ? [column] : Object.values(column)));
  return columns.reduce((sum, column) => sum + cellsOfColumn(column), time.length);
}

/** A number is a cell; text takes as many as numbers would fill its place. */
function cellsOfColumn(column: readonly unknown[]): number {
  let cells = column.length;
  for (const value of column) if (typeof value === 'string') cells += value.length >> 3;
  return cells;
}

/** Keeps only the fields asked for; undefined where the message holds none of them. */
export function onlyFields(message: DeviceMessage, fields: ReadonlySet<string> | undefined): DeviceMessage | undefined {
  if (!fields || !isReadings(message)) return message;
  const kept = Object.entries(message.data.fields).filter(([name]) => fields.has(name));
  if (kept.length === 0) return undefined;
  return { ...message, data: { ...message.data, fields: Object.fromEntries(kept) } };
}

/** Whether two columns of one field can be one: text and numbers may share one, a compound field only with its like. */
export function canMerge(one: ReadingsRecordedMessage, next: ReadingsRecordedMessage): boolean {
  return Object.entries(next.fields).every(
    ([name, column]) => !Object.hasOwn(one.fields, name) || Array.isArray(one.fields[name]) === Array.isArray(column),
  );
}

/** Runs of readings as one message each, in order; everything else as it is. A position says that all up to it was sent,
 *  which is why nothing is moved over anything else. */
export function coalesce(messages: DeviceMessage[], cellsMax: number): DeviceMessage[] {
  const runs: DeviceMessage[][] = [];
  let cells = 0;
  for (const message of messages) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const size = cellsOf(message);
    if (
      last &&
      isReadings(last) &&
      isReadings(message) &&
      cells + size <= cellsMax &&
      run!.every((one) => canMerge(one.data as ReadingsRecordedMessage, message.data))
    ) {
      run!.push(message);
      cells += size;
    } else {
      runs.push([message]);
      cells = size;
    }
  }
  return runs.map((run) => (run.length === 1 ? run[0]! : mergeRun(run as ReadingsMessage[])));
}

function mergeRun(run: ReadingsMessage[]): ReadingsMessage {
  const last = run.at(-1)!;
  const lengths = run.map(({ data }) => data.time.length);
  const names = [...new Set(run.flatMap(({ data }) => Object.keys(data.fields)))];
  const fields = Object.fromEntries(
    names.map((name) => [
      name,
      mergeColumn(
        run.map(({ data }) => data.fields[name]),
        lengths,
      ),
    ]),
  );
  return { event: last.event, position: last.position, data: { ...last.data, time: run.flatMap(({ data }) => data.time), fields } };
}

function mergeColumn(columns: (FieldColumn | undefined)[], lengths: number[]): FieldColumn {
  const compound = columns.some((column) => column !== undefined && !Array.isArray(column));
  if (!compound) return columns.flatMap((column, at) => (column as NumberColumn | undefined) ?? nothing(lengths[at]!));
  const parts = [...new Set(columns.flatMap((column) => Object.keys(column ?? {})))];
  return Object.fromEntries(
    parts.map((part) => [
      part,
      columns.flatMap((column, at) => (column as Record<string, NumberColumn> | undefined)?.[part] ?? nothing(lengths[at]!)),
    ]),
  );
}

const nothing = (length: number): null[] => Array<null>(length).fill(null);
