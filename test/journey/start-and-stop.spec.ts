import { afterEach, describe, expect, it } from 'vitest';
import { createClient, openAccount } from '../support/client.js';
import { type RunningPlatform, startPlatform } from '../support/platform.js';

let platform: RunningPlatform;
afterEach(() => platform?.remove());

describe('starting and stopping', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 0 on %s, everything accepted being stored, and continues at the next start',
    async (signal) => {
      platform = await startPlatform();
      const user = await openAccount(platform.url);
      await user.call('POST', '/devices', { deviceId: 'd', name: 'd', schema: { fields: { v: { type: 'number' } } } });
      const posts = Array.from({ length: 50 }, (_, at) =>
        user.call('POST', '/devices/d/readings?ack=queued', { v: at, seq: at }).catch(() => undefined),
      );
      const accepted = (await Promise.all(posts)).filter((answer) => answer?.status === 202).length;
      const exited = new Promise((resolve) => platform.process.once('exit', resolve));
      platform.process.kill(signal);
      expect(await exited).toBe(0);
      const { dataDir } = platform;
      platform = await startPlatform({ dataDir });
      const again = createClient(platform.url, user.key);
      await again.call('POST', '/devices/d/readings?ack=projected', { v: 1, seq: 1000 });
      expect((await again.call('GET', '/devices/d/ledger')).body).toMatchObject({ stored: accepted + 1 });
    },
  );

  it('refuses a data folder that is in use, in one line', async () => {
    platform = await startPlatform();
    await expect(startPlatform({ dataDir: platform.dataDir })).rejects.toThrow('in use by another thingsIO');
  });

  it('says which setting is wrong, in one line', async () => {
    await expect(startPlatform({ flags: ['--shard-workers', 'many'] })).rejects.toThrow('--shard-workers must be a whole number');
  });
});
