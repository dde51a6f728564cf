/** `npm run bench [-- NAME …] [--quick]`, `npm run bench -- forecast DIR`: builds what is stale, then measures. */
import { buildWhatIsStale, installWhatIsMissing } from './prepare.mjs';

installWhatIsMissing();
buildWhatIsStale();
await import(process.argv[2] === 'forecast' ? '../dist/bench/forecast/run.js' : '../dist/bench/run.js');
