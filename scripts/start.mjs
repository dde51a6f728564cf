/** `npm start`: installs and builds what is missing, then is the embedded platform itself, so that signals reach it directly. */
import { buildWhatIsStale, installWhatIsMissing } from './prepare.mjs';

installWhatIsMissing();
buildWhatIsStale();
await import('../dist/apps/embedded/src/main.js');
