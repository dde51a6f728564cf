/** What every live bus does, whatever lies between its publisher and its subscriber. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveBus, LiveMessage } from '#ports';

export interface LiveBusUnderTest {
  /** As the projector holds it. */
  publisher: LiveBus;
  /** As the api holds it. The same object where there is but one. */
  subscriber: LiveBus;
  close(): Promise<void>;
}

const message = (room: string, n: number): LiveMessage => ({ room, event: 'tested', data: { n } });

export function liveBusContract(name: string, open: () => Promise<LiveBusUnderTest>): void {
  describe(`LiveBus: ${name}`, () => {
    let sut: LiveBusUnderTest;
    let heard: LiveMessage[];
    let wakeUp = (): void => undefined;
    const until = async (done: () => boolean): Promise<void> => {
      while (!done())
        await Promise.race([new Promise<void>((resolve) => (wakeUp = resolve)), new Promise((resolve) => setImmediate(resolve))]);
    };
    const listen = async (room: string): Promise<void> => {
      sut.subscriber.setListening(room, true);
      await until(() => sut.publisher.hasListeners(room));
    };
    const unlisten = async (room: string): Promise<void> => {
      sut.subscriber.setListening(room, false);
      await until(() => !sut.publisher.hasListeners(room));
    };

    beforeEach(async () => {
      sut = await open();
      heard = [];
      sut.subscriber.subscribe((messages) => {
        heard.push(...messages);
        wakeUp();
      });
    });
    afterEach(() => sut.close());

    it('brings what is published to a room that is listened to, in order', async () => {
      await listen('device-a1.d1');
      for (let n = 1; n <= 500; n++) sut.publisher.publish([message('device-a1.d1', n), message('device-a1.d1', -n)]);
      await until(() => heard.length === 1000);
      expect(heard.map(({ data }) => data.n)).toEqual(Array.from({ length: 500 }, (_, n) => [n + 1, -n - 1]).flat());
    });

    it('brings nothing of other rooms', async () => {
      await listen('device-a1.d1');
      sut.publisher.publish([message('device-a2.d1', 1), message('device-a1.d10', 2), message('device-a1.d1', 3)]);
      await until(() => heard.length > 0);
      expect(heard).toEqual([message('device-a1.d1', 3)]);
    });

    it('brings nothing more of a room that was let go', async () => {
      await listen('device-a1.d1');
      await listen('device-a1.d2');
      await unlisten('device-a1.d1');
      sut.publisher.publish([message('device-a1.d1', 1)]);
      sut.publisher.publish([message('device-a1.d2', 2)]);
      await until(() => heard.length > 0);
      expect(heard).toEqual([message('device-a1.d2', 2)]);
    });

    it('keeps a room that is held twice until both have let it go', async () => {
      await listen('device-a1.d1');
      await listen('device-a1.d1');
      sut.subscriber.setListening('device-a1.d1', false);
      await listen('device-a1.marker');
      expect(sut.publisher.hasListeners('device-a1.d1')).toBe(true);
      await unlisten('device-a1.d1');
    });

    it('says of the beginning of a name that someone listens as soon as one such room is held', async () => {
      await listen('device-a1.d1');
      expect(sut.publisher.hasListenersWithin('device-')).toBe(true);
      expect(sut.publisher.hasListenersWithin('device-a1.d1')).toBe(true);
    });

    it('ignores the release of a room that nobody holds', async () => {
      sut.subscriber.setListening('device-a1.d1', false);
      await listen('device-a1.d1');
      expect(sut.publisher.hasListeners('device-a1.d1')).toBe(true);
    });

    it('goes on for the others when a subscriber throws or leaves', async () => {
      sut.subscriber.subscribe(() => {
        throw new Error('fake subscriber');
      });
      const leaver: LiveMessage[] = [];
      const leave = sut.subscriber.subscribe((messages) => leaver.push(...messages));
      await listen('device-a1.d1');
      leave();
      sut.publisher.publish([message('device-a1.d1', 1)]);
      sut.publisher.publish([message('device-a1.d1', 2)]);
      await until(() => heard.length === 2);
      expect(leaver).toEqual([]);
    });

    it('carries columns with their holes', async () => {
      const data = { deviceId: 'd1', position: '9', time: [1.125, 2], fields: { temperature: [null, 21.5], position: { lat: [1, null] } } };
      await listen('device-a1.d1');
      sut.publisher.publish([{ room: 'device-a1.d1', event: 'readings.recorded', data }]);
      await until(() => heard.length === 1);
      expect(heard[0]?.data).toEqual(data);
    });

    it('publishes nothing after it was closed, and says so by silence', async () => {
      await listen('device-a1.d1');
      await sut.publisher.close();
      expect(() => sut.publisher.publish([message('device-a1.d1', 1)])).not.toThrow();
      expect(heard).toEqual([]);
    });
  });
}
