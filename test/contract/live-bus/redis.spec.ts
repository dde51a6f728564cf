import { createServer } from 'node:net';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRedisLiveBus, type RedisLiveBus } from '#adapters/redis';
import type { LiveMessage } from '#ports';
import { redisIsHere, startRedis } from '../../support/servers/redis.js';
import type { TestServer } from '../../support/servers/server-process.js';
import { liveBusContract } from './live-bus.contract.js';

const ROOM = 'device-a1.d1';
const message = (n: number): LiveMessage => ({ room: ROOM, event: 'tested', data: { n } });
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe.skipIf(!redisIsHere)('with a real server', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startRedis()));
  afterAll(() => server.stop());

  liveBusContract('Redis', async () => {
    const [publisher, subscriber] = await Promise.all([openRedisLiveBus({ url: server.url }), openRedisLiveBus({ url: server.url })]);
    return {
      publisher,
      subscriber,
      async close() {
        await Promise.all([publisher.close(), subscriber.close()]);
      },
    };
  });

  describe('the live bus over Redis', () => {
    let publisher: RedisLiveBus;
    let subscriber: RedisLiveBus;
    let heard: number[];
    let gaps: number;
    const said: string[] = [];

    const open = async (url = server.url): Promise<void> => {
      const say = (_: object, text: string): void => void said.push(text);
      [publisher, subscriber] = await Promise.all(
        [0, 1].map(() => openRedisLiveBus({ url, logger: { info: say, warn: say } })) as [Promise<RedisLiveBus>, Promise<RedisLiveBus>],
      );
      [heard, gaps] = [[], 0];
      subscriber.subscribe((messages) => heard.push(...messages.map(({ data }) => Number(data.n))));
      subscriber.onGap(() => gaps++);
      subscriber.setListening(ROOM, true);
      await until(() => publisher.hasListeners(ROOM) && !publisher.hasListeners('device-a1.nobody'));
    };
    const publish = (from: number, to: number): void => numbers(from, to).forEach((n) => publisher.publish([message(n)]));
    beforeEach(() => open());
    afterEach(() => Promise.all([publisher.close(), subscriber.close()]));

    it('brings to every replica what one tells, and to itself', async () => {
      const third = await openRedisLiveBus({ url: server.url });
      const there: unknown[] = [];
      third.subscribe((messages) => there.push(...messages));
      third.setListening(ROOM, true);
      const own: unknown[] = [];
      publisher.subscribe((messages) => own.push(...messages));
      publisher.setListening(ROOM, true);
      publish(1, 3);
      await until(() => heard.length === 3 && there.length === 3 && own.length === 3);
      await third.close();
    });

    it('brings what was told while the server was frozen, once and in order', async () => {
      publish(1, 10);
      await server.pause();
      publish(11, 500);
      await server.resume();
      publish(501, 510);
      await until(() => heard.length >= 510);
      expect(heard).toEqual(numbers(1, 510));
      expect(gaps).toBe(0);
    });

    it('brings what was told while the server was away, once and in order, or says that something is missing', async () => {
      publish(1, 100);
      await server.kill();
      publish(101, 200);
      await server.restart();
      publish(201, 210);
      await until(() => heard.at(-1) === 210);
      expect(new Set(heard).size).toBe(heard.length);
      expect(heard).toEqual([...heard].sort((a, b) => a - b));
      if (heard.length < 210) expect(gaps).toBeGreaterThan(0);
      expect(said).toContain('Redis is back');
    });

    it('keeps a bounded amount while the server is away, and then says that something is missing', async () => {
      await server.kill();
      for (let round = 0; round < 60; round++) {
        publisher.publish(numbers(1, 1_000).map(message));
        await new Promise((resolve) => setImmediate(resolve));
        expect(publisher.figures().waiting).toBeLessThanOrEqual(20_000);
      }
      await server.restart();
      await until(() => gaps > 0);
      publish(777_777, 777_777);
      await until(() => heard.at(-1) === 777_777);
    });

    it('says that something is missing where the stream was cut off before it was read', async () => {
      publish(1, 1);
      await until(() => heard.length === 1);
      const other = new Redis(server.url);
      await other.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await other.xadd('thingsio:live', '*', 'another', 'entry');
      await other.xadd('thingsio:live', '*', 'another', 'entry');
      await other.xtrim('thingsio:live', 'MAXLEN', 1);
      await until(() => gaps > 0);
      publish(2, 2);
      await until(() => heard.at(-1) === 2);
      other.disconnect();
    });

    it('says that something is missing to all who listen, where a publisher asks for it', async () => {
      publisher.announceGap();
      await until(() => gaps === 1);
    });

    it('takes for granted that someone listens while it cannot know', async () => {
      await server.kill();
      await until(() => publisher.hasListeners('device-a1.nobody'));
      await server.restart();
      await until(() => !publisher.hasListeners('device-a1.nobody'));
      expect(publisher.hasListeners(ROOM)).toBe(true);
    });

    it('knows the rooms of a replica that was there before it', async () => {
      const later = await openRedisLiveBus({ url: server.url });
      await until(() => !later.hasListeners('device-a1.nobody'));
      expect(later.hasListeners(ROOM)).toBe(true);
      await later.close();
    });

    it('forgets the rooms of a replica that has closed', async () => {
      await subscriber.close();
      await until(() => !publisher.hasListeners(ROOM));
    });

    it('says what is wrong with its health, and closes at once, while the server is frozen', async () => {
      await expect(publisher.health()).resolves.toBeUndefined();
      await server.pause();
      await expect(publisher.health()).rejects.toThrow('no answer within 2000 ms');
      const before = performance.now();
      publish(1, 10);
      await publisher.close();
      expect(performance.now() - before).toBeLessThan(2_000);
      await server.resume();
    });

    it('counts', async () => {
      publish(1, 5);
      await until(() => heard.length === 5);
      expect(publisher.figures()).toMatchObject({ published: 5, received: 0, dropped: 0, waiting: 0, replicas: 1 });
      expect(subscriber.figures()).toMatchObject({ received: 5, gaps: 0 });
    });
  });

  it('says that something is missing where the server forgets everything', async () => {
    const forgetful = await startRedis({ volatile: true });
    const bus = await openRedisLiveBus({ url: forgetful.url });
    let gaps = 0;
    const heard: LiveMessage[] = [];
    bus.onGap(() => gaps++);
    bus.subscribe((messages) => heard.push(...messages));
    bus.setListening(ROOM, true);
    bus.publish([message(1)]);
    await until(() => heard.length === 1);
    await forgetful.kill();
    await forgetful.restart();
    await until(() => gaps > 0);
    bus.publish([message(2)]);
    await until(() => heard.length === 2);
    await bus.close();
    await forgetful.stop();
  });

  describe('opened', () => {
    it('with a wrong password, says so in one line, without the password', async () => {
      const locked = await startRedis({ password: 'right' });
      const wrong = locked.url.replace('right', 'wr0ng');
      await expect(openRedisLiveBus({ url: wrong })).rejects.toThrow(/^REDIS_URL redis:\/\/:\*\*\*@127\.0\.0\.1:\d+: .*WRONGPASS[^\n]*$/);
      const none = locked.url.replace(':right@', '');
      await expect(openRedisLiveBus({ url: none })).rejects.toThrow(/^REDIS_URL .*NOAUTH/);
      await (await openRedisLiveBus({ url: locked.url })).close();
      await locked.stop();
    });

    it.each([
      ['redis://127.0.0.1:1', /^REDIS_URL redis:\/\/127\.0\.0\.1:1: connect ECONNREFUSED/],
      ['http://127.0.0.1:6379', /^REDIS_URL .* this is no URL like redis:/],
      ['127.0.0.1', /^REDIS_URL 127\.0\.0\.1: this is no URL like redis:/],
    ])('on %s, says why not', async (url, why) => {
      await expect(openRedisLiveBus({ url })).rejects.toThrow(why);
    });

    it('on a server that is not Redis, says so', async () => {
      const other = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      await expect(openRedisLiveBus({ url: `redis://127.0.0.1:${port}` })).rejects.toThrow('is this a Redis server?');
      other.close();
    });

    it('waits for a server that is not there yet, where it is asked to', async () => {
      const late = await startRedis();
      await late.kill();
      const opening = openRedisLiveBus({ url: late.url, waitMsMax: 20_000 });
      await late.restart();
      await (await opening).close();
      await late.stop();
    });
  });
});
