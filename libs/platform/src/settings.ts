/** Every setting, its default and its reason. The only place that reads flags and the environment. */

export interface Settings {
  platform: 'embedded' | 'distributed';
  host: string;
  port: number;
  mqttPort: number | undefined;
  dataDir: string;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Shard workers; cores − 1, at least 1. */
  shardWorkers: number;
  /** `full`: every acknowledgement is fsynced. `normal`: survives a crash of the process, not of the machine. */
  durability: 'full' | 'normal';
  /** URL template of raster map tiles; the shipped vector map alone when absent. */
  tileServer: string | undefined;
  sessionHours: number;
  limits: Limits;
}

export interface Limits {
  bodyBytesMax: number;
  readingsPerRequestMax: number;
  fieldsPerSchemaMax: number;
  keyRequestsPerSecondMax: number;
  keyReadingsPerSecondMax: number;
  mailboxCommandsMax: number;
  inFlightBytesMax: number;
  seriesPointsMax: number;
  parkAfterTries: number;
  entitiesInMemoryMax: number;
  idleMinutes: number;
  snapshotEveryEvents: number;
  signInsPerMinuteMax: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytesMax: 8 * 1024 * 1024,
  readingsPerRequestMax: 10_000,
  fieldsPerSchemaMax: 1_000,
  keyRequestsPerSecondMax: 1_000,
  keyReadingsPerSecondMax: 200_000,
  mailboxCommandsMax: 1_000,
  inFlightBytesMax: 64 * 1024 * 1024,
  seriesPointsMax: 100_000,
  parkAfterTries: 5,
  entitiesInMemoryMax: 100_000,
  idleMinutes: 5,
  snapshotEveryEvents: 500,
  signInsPerMinuteMax: 10,
};
