/** Every projection there is, and for every type of event where it becomes visible or why nowhere. */
import type { EventType } from '#contracts';
import { alertRules } from './alert-rules.projection.js';
import { alerts } from './alerts.projection.js';
import { accounts } from './accounts.projection.js';
import { analyses } from './analyses.projection.js';
import { devices } from './devices.projection.js';
import { latestValues } from './latest-values.projection.js';
import { ledger } from './ledger.projection.js';
import { models } from './models.projection.js';
import type { Projection } from './projection.js';
import { rejections } from './rejections.projection.js';
import { series } from './series.projection.js';

/** Those that write tables of the view store, each within the common transaction. */
export const VIEW_PROJECTIONS: readonly Projection[] = [
  accounts,
  devices,
  latestValues,
  rejections,
  ledger,
  alertRules,
  alerts,
  analyses,
  models,
] as Projection[];

export const PROJECTION_NAMES: readonly string[] = [...VIEW_PROJECTIONS.map(({ name }) => name), series.name];

type Handled = { by: string[] } | { by: []; reason: string };

export const HANDLED: Record<EventType, Handled> = {
  AccountOpened: { by: ['accounts'] },
  ApiKeyIssued: { by: ['accounts'] },
  ApiKeyRevoked: { by: ['accounts'] },
  SessionStarted: { by: ['accounts'] },
  SessionEnded: { by: ['accounts'] },
  DeviceRegistered: { by: ['devices', 'ledger'] },
  DeviceDescribed: { by: ['devices'] },
  SchemaRegistered: { by: ['devices', 'series'] },
  ReadingsReceived: { by: ['latest-values', 'ledger', 'series'] },
  ReadingsRejected: { by: ['rejections', 'ledger'] },
  DuplicatesDiscarded: { by: ['ledger'] },
  DeviceRetired: { by: ['devices'] },
  AnalysisRequested: { by: ['analyses'] },
  AnalysisCompleted: { by: ['analyses'] },
  AnalysisFailed: { by: ['analyses'] },
  AnalysisCancelled: { by: ['analyses'] },
  AnalysisDiscarded: { by: ['analyses'] },
  ModelRegistered: { by: ['models'] },
  AlertRuleDefined: { by: ['alert-rules'] },
  AlertRuleRetired: { by: ['alert-rules'] },
  AlertSilenced: { by: ['alert-rules'] },
  AlertRaised: { by: ['alerts'] },
  AlertCleared: { by: ['alerts'] },
  AlertAcknowledged: { by: ['alerts'] },
  EmailClaimed: { by: [], reason: 'guards the address while an account is opened; the account itself tells its address' },
  RequestClaimed: { by: [], reason: 'is read back from its own stream, by the retry of the request' },
  RequestAnswered: { by: [], reason: 'is read back from its own stream, by the retry of the request' },
};
