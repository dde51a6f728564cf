/** What is grave comes first, in its colour. */
import type { AlertView, Severity } from '#contracts';
import type { CanvasTheme } from '../charts/theme.js';

const RANKS: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** Of the same severity the newest first. */
export const gravestFirst = <T extends Pick<AlertView, 'severity' | 'raisedAt'>>(alerts: readonly T[]): T[] =>
  [...alerts].sort((a, b) => RANKS[a.severity] - RANKS[b.severity] || Date.parse(b.raisedAt) - Date.parse(a.raisedAt));

export const colorOf = (severity: Severity, { accent, warn, bad }: Pick<CanvasTheme, 'accent' | 'warn' | 'bad'>): string =>
  ({ info: accent, warning: warn, critical: bad })[severity];
