/** The same points for both sides: two fields, a millisecond apart or more, in JSON and in line protocol. */

export interface Batch {
  device: string;
  /** ms since epoch of the first reading. */
  start: number;
  stepMs: number;
  count: number;
}

export function jsonBody({ start, stepMs, count }: Batch): string {
  const readings: string[] = new Array<string>(count);
  for (let i = 0; i < count; i++) {
    const time = start + i * stepMs;
    readings[i] = `{"temperature":${temperature(time)},"humidity":${humidity(time)},"time":${time}}`;
  }
  return `[${readings.join(',')}]`;
}

export function lineProtocolBody({ device, start, stepMs, count }: Batch): string {
  const lines: string[] = new Array<string>(count);
  for (let i = 0; i < count; i++) {
    const time = start + i * stepMs;
    lines[i] = `readings,device=${device} temperature=${temperature(time)},humidity=${humidity(time)} ${time}`;
  }
  return lines.join('\n');
}

/** A day's course with noise that depends on the time alone. */
export function temperature(time: number): number {
  return Math.round((18 + 6 * Math.sin((2 * Math.PI * time) / 86_400_000) + noise(time)) * 100) / 100;
}

export function humidity(time: number): number {
  return Math.round((55 - 12 * Math.sin((2 * Math.PI * time) / 86_400_000) + 3 * noise(time + 1)) * 10) / 10;
}

function noise(time: number): number {
  const mixed = Math.imul((time % 2_147_483_647) ^ 0x5bd1e995, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296 - 0.5;
}
