/** What every series store must do. An adapter's spec is a row: name, how to open it, what it lacks. */
import { afterEach, beforeEach, describe } from 'vitest';
import type { SeriesStore } from '#ports';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { agreeing } from './agreeing.js';
import { digests } from './digests.js';
import { exactness } from './exactness.js';
import { parts } from './parts.js';
import { pictures } from './pictures.js';
import { readingBack } from './reading-back.js';
import { schemaChanges } from './schema-changes.js';
import { windows } from './windows.js';
import { writing } from './writing.js';

export interface StoreUnderTest {
  store: SeriesStore;
  /** Closes it and opens it again on the same folder. */
  reopen(): Promise<SeriesStore>;
  /** One more, empty. */
  another(): Promise<SeriesStore>;
}

export interface Capabilities {
  /** Still there after it was closed and opened again. */
  durable: boolean;
  /** Its projections are shared out: each part has a checkpoint of its own. */
  parts?: boolean;
}

export type OpenStore = (dir: string) => Promise<SeriesStore> | SeriesStore;

export function seriesStoreContract(name: string, open: OpenStore, capabilities: Capabilities = { durable: true }): void {
  describe(`${name} series store`, () => {
    const sut = {} as StoreUnderTest;
    const others: SeriesStore[] = [];
    const folders: ReturnType<typeof temporaryFolder>[] = [];
    const openInNewFolder = async (): Promise<SeriesStore> => {
      folders.push(temporaryFolder());
      return open(folders.at(-1)!.dir);
    };

    beforeEach(async () => {
      sut.store = await openInNewFolder();
      const { dir } = folders.at(-1)!;
      sut.reopen = async () => {
        await sut.store.close();
        return (sut.store = await open(dir));
      };
      sut.another = async () => {
        others.push(await openInNewFolder());
        return others.at(-1)!;
      };
    });
    afterEach(async () => {
      for (const store of [sut.store, ...others.splice(0)]) await store.close();
      for (const folder of folders.splice(0)) folder.remove();
    });

    writing(sut, capabilities);
    readingBack(sut);
    windows(sut);
    pictures(sut);
    schemaChanges(sut, capabilities);
    digests(sut);
    exactness(sut, capabilities);
    if (capabilities.parts) parts(sut);
    agreeing(sut);
  });
}
