/** The log's writer, and the only shard with it on its thread. */
import { serveWriter } from '../../../../libs/adapters/src/sqlite/event-log/serve-writer.js';

serveWriter((lodger) => void loading.then(({ lodgeShard }) => lodgeShard(lodger)));
// After the log is open: others wait for that, and nobody yet for the shard.
const loading = import('./ingestor-shard.js');
