import { expect, it } from 'vitest';
import { openDuckDbSeriesStore } from '#adapters/duckdb';
import type { Aggregate } from '#ports';
import { parseEvery } from '#timeseries';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { batchOf, D1, EPOCH, numbers, readingsEvent, schemaEvent } from '../../support/series-store/batches.js';
import { plainSeries } from '../../support/series-store/compare.js';
import { seriesStoreContract } from './series-store-contract.js';

seriesStoreContract('DuckDB', (dir) => openDuckDbSeriesStore({ dir }));

const HOUR = 3_600_000;

it('computes ten functions of as many fields as a schema may have', async () => {
  const folder = temporaryFolder();
  const store = await openDuckDbSeriesStore({ dir: folder.dir });
  const fields = Array.from({ length: 1_000 }, (_, i) => `f${i}`);
  const readings = { time: [EPOCH, EPOCH + HOUR], fields: { f1: [1, 3], f999: [null, 5] } };
  await store.write(batchOf(schemaEvent(1, 1, numbers(...fields)), readingsEvent(2, readings)));
  const fn: Aggregate[] = ['mean', 'min', 'max', 'sum', 'count', 'first', 'last', 'stddev', 'median', 'p95'];
  const asked = { ...D1, fields, from: EPOCH, to: EPOCH + 2 * HOUR, every: parseEvery('1h')!, fn };
  const answer = plainSeries(await store.series(asked)) as { fields: Record<string, object> };
  expect(answer).toMatchObject({ of: 2, time: [EPOCH, EPOCH + HOUR] });
  expect(Object.keys(answer.fields)).toEqual(fields);
  expect(answer.fields['f0']).toMatchObject({ mean: [null, null], count: [0, 0] });
  expect(answer.fields['f1']).toMatchObject({ mean: [1, 3], max: [1, 3], count: [1, 1], p95: [1, 3] });
  expect(answer.fields['f999']).toMatchObject({ sum: [null, 5], count: [0, 1], last: [null, 5] });
  await store.close();
  folder.remove();
}, 60_000);
