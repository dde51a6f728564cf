/** `npm run build`: always builds. */
import { buildWhatIsStale, installWhatIsMissing } from './prepare.mjs';

installWhatIsMissing();
buildWhatIsStale({ force: true });
