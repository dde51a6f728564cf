/** `npm start [-- SETTINGS]`, `npm run start:APP`: installs and builds what is missing, then is that app itself, so that signals reach it directly. */
import { APPS, buildWhatIsStale, installWhatIsMissing } from './prepare.mjs';

const app = APPS.includes(process.argv[2]) ? process.argv.splice(2, 1)[0] : APPS[0];
installWhatIsMissing();
buildWhatIsStale();
await import(`../dist/run/${app}.js`);
