/** Injection tokens of what is not a port: settings, clock, logger, the server's secret. */
import type { Settings } from '#platform';

export const SETTINGS = Symbol('Settings');
export const CLOCK = Symbol('Clock');
export const LOG = Symbol('Log');
export const SECRET = Symbol('Secret');
export const SHARDS = Symbol('Shards');

/** ms since epoch. */
export type Clock = () => number;

export interface Log {
  info(members: object, message: string): void;
  warn(members: object, message: string): void;
  error(members: object, message: string): void;
}

export type ApiSettings = Pick<Settings, 'host' | 'port' | 'tileServer' | 'sessionHours' | 'operators' | 'projectorParts' | 'limits'> &
  Partial<Pick<Settings, 'trustedProxies'>>;
