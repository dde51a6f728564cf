import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { connectLiveBus, createLiveBus, serveLiveBus } from '#adapters/memory';
import type { LiveBus, LiveMessage } from '#ports';
import { liveBusContract } from './live-bus.contract.js';

liveBusContract('in process', async () => {
  const bus = createLiveBus();
  return { publisher: bus, subscriber: bus, close: () => bus.close() };
});

liveBusContract('published through a port', async () => {
  const { bus, far, close } = connected();
  return { publisher: far, subscriber: bus, close };
});

liveBusContract('subscribed through a port', async () => {
  const { bus, far, close } = connected();
  return { publisher: bus, subscriber: far, close };
});

it('brings a message of one far side to another, and back to itself once', async () => {
  const bus = createLiveBus();
  const [one, other] = [new MessageChannel(), new MessageChannel()].map(({ port1, port2 }) => {
    serveLiveBus(bus, port1);
    return connectLiveBus(port2);
  }) as [LiveBus, LiveBus];
  const heard: LiveMessage[] = [];
  const both = Promise.all(
    [one, other].map((side) => new Promise<void>((resolve) => side.subscribe((messages) => (heard.push(...messages), resolve())))),
  );
  other.setListening('account-a1', true);
  while (!one.hasListeners('account-a1')) await new Promise((resolve) => setImmediate(resolve));
  one.setListening('account-a1', true);
  one.publish([{ room: 'account-a1', event: 'tested', data: {} }]);
  await both;
  await Promise.all([one.close(), other.close()]);
  expect(heard.length).toBe(2);
});

it('lets go of the rooms of a far side that is gone', async () => {
  const { bus, far } = connected();
  far.setListening('account-a1', true);
  const given = new Promise<void>((resolve) => bus.watchRooms((_, listening) => listening && resolve()));
  await given;
  const released = new Promise<void>((resolve) => bus.watchRooms((_, listening) => !listening && resolve()));
  await far.close();
  await released;
  expect(bus.hasListeners('account-a1')).toBe(false);
});

function connected() {
  const bus = createLiveBus();
  const { port1, port2 } = new MessageChannel();
  const stop = serveLiveBus(bus, port1);
  const far = connectLiveBus(port2);
  const close = async (): Promise<void> => {
    await far.close();
    stop();
    await bus.close();
  };
  return { bus, far, close };
}
