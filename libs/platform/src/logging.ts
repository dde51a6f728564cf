/** Structured logs: one JSON object a line on standard error, so that standard output stays for people. */
import pino from 'pino';
import type { LogLevel } from './settings.js';

export type Logger = pino.Logger;

export function createLogger(part: string, level: LogLevel): Logger {
  return pino({ level, base: { part }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
