#!/usr/bin/env node
/** `npm start`: the whole of thingsIO in one process, on one folder. */
// Not by `#platform`, which loads Nest: see `embedded.ts`.
import { runApp } from '../../../libs/platform/src/run-app.js';
import { SettingsError } from '../../../libs/platform/src/settings.js';
import { startEmbedded } from './embedded.js';
import { welcome } from './welcome.js';

await runApp({
  name: 'embedded',
  async start(settings, logger) {
    if (settings.platform === 'distributed')
      throw new SettingsError(
        'npm start runs the embedded platform; on the distributed one each app starts alone: npm run start:api, :ingestor, :projector, :analytics',
      );
    return startEmbedded(settings, logger);
  },
  ready: ({ url }, { dataDir }) => welcome(url, dataDir),
  stopped: 'thingsIO stopped; everything accepted is stored.\n',
});
