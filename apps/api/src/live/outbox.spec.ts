import { EventEmitter } from 'node:events';
import type { Socket } from 'socket.io';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Flushable, Outbox } from './outbox.js';
import { MESSAGE_CELLS_MAX } from './subscription.js';

describe('the outbox of a browser', () => {
  let transport: EventEmitter & { writable: boolean };
  let sut: Outbox;
  let sent: string[];

  beforeEach(() => {
    transport = Object.assign(new EventEmitter(), { writable: true });
    sent = [];
    sut = new Outbox({ conn: Object.assign(new EventEmitter(), { transport, writeBuffer: [] }) } as unknown as Socket);
  });

  /** Has so many values to send; the transport is busy with them until it is told to go on. */
  const having = (name: string, cells: number): Flushable => ({
    flush() {
      sent.push(name);
      transport.writable = false;
      return cells;
    },
  });
  const takeMore = (): void => {
    transport.writable = true;
    transport.emit('ready');
  };

  it('sends what waits together, once the browser takes more', () => {
    for (const name of ['a', 'b', 'c']) sut.wake(having(name, 1));
    expect(sent).toEqual(['a']);
    takeMore();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('gives the browser no more at once than a large message holds', () => {
    transport.writable = false;
    for (const name of ['a', 'b', 'c']) sut.wake(having(name, MESSAGE_CELLS_MAX / 2));
    takeMore();
    expect(sent).toEqual(['a', 'b']);
    takeMore();
    expect(sent).toEqual(['a', 'b', 'c']);
  });
});
