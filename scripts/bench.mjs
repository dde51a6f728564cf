/** `npm run bench [-- NAME …] [--quick]`: builds what is stale, then measures. */
import { buildWhatIsStale, installWhatIsMissing } from './prepare.mjs';

installWhatIsMissing();
buildWhatIsStale();
await import('../dist/bench/run.js');
