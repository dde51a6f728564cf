/** All settings as a person reads them: `--help` of every app, and `thingsio config`. */
import { describeSettings } from './settings.js';

export function settingsText(): string {
  const each = describeSettings().map(
    ({ flag, env, default: fallback, values, reason }) =>
      `\n${flag}  (${env}; ${values ? `one of ${values.join(', ')}; ` : ''}default ${fallback})\n    ${reason}\n`,
  );
  return `A flag wins over the environment: npm start -- --port 4000 --data DIR\n${each.join('')}`;
}
