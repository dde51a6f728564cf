/** The thread of one scan: reads the log, parses what it reads, and gives it away. */
import { parentPort, workerData } from 'node:worker_threads';
import { LogReader } from './log-reader.js';
import type { ScanAnswer, ScanRequest } from './log-scan.js';
import { RowPacker } from './packed-rows.js';

const owner = parentPort!;
const packer = new RowPacker();
const reader = new LogReader((workerData as { dir: string }).dir);

owner.on('message', (request: ScanRequest) => {
  if ('close' in request) {
    reader.close();
    owner.close();
    return;
  }
  try {
    const { afterPosition, limit, bytesMax } = request;
    const packed = packer.pack(reader.rowsAfter(afterPosition, limit, bytesMax));
    owner.postMessage({ packed } satisfies ScanAnswer, [packed.buffer]);
  } catch (error) {
    owner.postMessage({ error: String(error) } satisfies ScanAnswer);
  }
});
owner.postMessage({ ready: true } satisfies ScanAnswer);
