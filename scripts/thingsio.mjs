#!/usr/bin/env node
/** The `thingsio` command; runs what is built, and builds nothing. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/apps/cli/src/main.js', import.meta.url);
if (existsSync(fileURLToPath(main))) await import(main.href);
else {
  process.stderr.write('thingsio is not built yet: run "npm run build" (or "npm start") once.\n');
  process.exitCode = 1;
}
