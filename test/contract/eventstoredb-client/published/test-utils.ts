/** What the published tests import as `@test-utils`, of our own: a node is a stand-in in this process, not a container. */
import { binaryEvent, jsonEvent, type EventData } from '@eventstore/db-client';
import { describe, test } from 'vitest';
import { temporaryFolder } from '../../../support/event-log/temporary-folder.js';
import { openStandIn, type StandIn } from '../../../support/eventstoredb/index.js';
import { VERSION } from '../../../support/eventstoredb/rpc/cluster-calls.js';

export { collected as collect } from '../client-under-test.js';

class TestNode {
  readonly #folder = temporaryFolder();
  #standIn?: StandIn;

  async up(): Promise<void> {
    this.#standIn = await openStandIn({ dir: this.#folder.dir });
  }

  async down(): Promise<void> {
    await this.#standIn?.close();
    this.#folder.remove();
  }

  get uri(): string {
    return `127.0.0.1:${this.#standIn!.port}`;
  }

  readonly certs = {};

  connectionString(): string {
    return this.#standIn!.url;
  }

  connectionStringWithOverrides(settings: Record<string, string | number | boolean>): string {
    return Object.entries(settings).reduce((url, [name, value]) => `${url}&${name}=${value}`, this.#standIn!.url);
  }
}

export const createTestNode = (): TestNode => new TestNode();

export const jsonTestEvents = (count = 4, type = 'test'): EventData[] =>
  Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { message: 'test', index } }));

export const binaryTestEvents = (count = 4, type = 'test'): EventData[] =>
  Array.from({ length: count }, (_, index) => binaryEvent({ type, data: Buffer.from(`hello: ${index}`) }));

export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Defer {
  resolve!: () => void;
  reject!: (reason?: unknown) => void;
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** Whether the stand-in's version is at least the one named, as in `>=21.10`: the tests ask for nothing else. */
export function matchServerVersion(parts: TemplateStringsArray): boolean {
  const wanted = /^>=(\d+)\.(\d+)/.exec(parts.join(''));
  if (wanted === null) throw new Error(`${parts.join('')} is no least version`);
  const [year, month] = VERSION.split('.').map(Number) as [number, number];
  return year * 100 + month >= Number(wanted[1]) * 100 + Number(wanted[2]);
}

export const optionalTest = (supported: boolean): typeof test => (supported ? test : test.skip) as typeof test;
export const optionalDescribe = (supported: boolean): typeof describe => (supported ? describe : describe.skip) as typeof describe;
