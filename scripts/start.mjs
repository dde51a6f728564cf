/** `npm start [-- SETTINGS]`, `npm run start:APP`: installs and builds what is missing, then is that app itself, so that signals reach it directly. */
import { buildWhatIsStale, installWhatIsMissing } from './prepare.mjs';

const APPS = ['embedded', 'api', 'ingestor', 'projector', 'analytics'];

const app = APPS.includes(process.argv[2]) ? process.argv.splice(2, 1)[0] : 'embedded';
installWhatIsMissing();
buildWhatIsStale();
await import(`../dist/apps/${app}/src/main.js`);
