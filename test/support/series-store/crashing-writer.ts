/** A process that writes batches until it is killed: `node crashing-writer.js DIR`. Says `written N` after each checkpoint. */
import { openDuckDbSeriesStore } from '#adapters/duckdb';

/** Readings of batch `n`: between 1 and 5,000, so that both small and large transactions are hit. */
export const readingsOf = (n: number): number => (n % 4 === 0 ? 5_000 : 1 + (n % 50));

async function writeForEver(dir: string): Promise<void> {
  const store = await openDuckDbSeriesStore({ dir });
  for (let n = (await store.checkpoint()) + 1; ; n++) {
    const time = Array.from({ length: readingsOf(n) }, (_, i) => n * 10_000 + i);
    await store.write({
      checkpoint: n,
      schemas:
        n === 1 ? [{ accountId: 'a', deviceId: 'd0', position: 1, schemaVersion: 1, schema: { fields: { n: { type: 'number' } } } }] : [],
      readings: [
        {
          accountId: 'a',
          deviceId: `d${n % 3}`,
          position: n,
          recordedAt: n,
          columns: { schemaVersion: 1, time, fields: { n: time, [`extra${n % 17}`]: time } },
        },
      ],
    });
    process.stdout.write(`written ${n}\n`);
  }
}

const dir = process.argv[2];
if (dir !== undefined && import.meta.url.endsWith('crashing-writer.js')) await writeForEver(dir);
