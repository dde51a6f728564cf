/** Every event type that can be recorded is folded by the entity it happens to. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT_REGISTRY, type EventType, type ThingsEvent } from '#contracts';
import { accountDecider, freezeAccount } from '../account/account.js';
import { emailDecider } from '../account/email.js';
import { analysisDecider, freezeAnalysis } from '../analysis/analysis.js';
import { freezeRequest, requestDecider } from '../account/request.js';
import { alertRuleDecider, freezeAlertRule } from '../alert-rule/alert-rule.js';
import { freezeModel, modelDecider } from '../model/model.js';
import { deviceDecider } from '../device/device.js';
import { freezeDevice } from '../device/state.js';
import type { Decider } from './decider.js';

interface Entity {
  decider: Decider<unknown, unknown, ThingsEvent>;
  freeze(state: unknown): unknown;
  /** What happens to it, in an order that makes each event change it. */
  life: EventType[];
}
const entity = (decider: unknown, freeze: unknown, life: EventType[]): Entity => ({ decider, freeze, life }) as Entity;

const ENTITIES: Entity[] = [
  entity(deviceDecider, freezeDevice, [
    'DeviceRegistered',
    'SchemaRegistered',
    'DeviceDescribed',
    'ReadingsReceived',
    'ReadingsRejected',
    'DuplicatesDiscarded',
    'DeviceRetired',
  ]),
  entity(accountDecider, freezeAccount, ['AccountOpened', 'ApiKeyIssued', 'ApiKeyRevoked', 'SessionStarted', 'SessionEnded']),
  entity(emailDecider, (state: unknown) => state, ['EmailClaimed']),
  entity(requestDecider, freezeRequest, ['RequestClaimed', 'RequestAnswered']),
  entity(alertRuleDecider, freezeAlertRule, [
    'AlertRuleDefined',
    'AlertRaised',
    'AlertAcknowledged',
    'AlertCleared',
    'AlertSilenced',
    'AlertRuleRetired',
  ]),
  entity(analysisDecider, freezeAnalysis, ['AnalysisRequested', 'AnalysisCompleted', 'AnalysisDiscarded']),
  entity(analysisDecider, freezeAnalysis, ['AnalysisFailed']),
  entity(analysisDecider, freezeAnalysis, ['AnalysisCancelled']),
  entity(modelDecider, freezeModel, ['ModelRegistered']),
];

const fixture = (type: EventType): ThingsEvent => {
  const { eventVersion } = EVENT_REGISTRY[type];
  const file = new URL(`../../../contracts/fixtures/events/${type}.v${eventVersion}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as ThingsEvent;
};

describe('every event type', () => {
  it('happens to exactly one entity', () => {
    expect(ENTITIES.flatMap(({ life }) => life).sort()).toEqual(Object.keys(EVENT_REGISTRY).sort());
  });

  it.each(ENTITIES)('changes what its entity knows: $life', ({ decider, freeze, life }) => {
    let state = decider.initial;
    life.forEach((type, revision) => {
      const before = JSON.stringify(freeze(state));
      state = decider.evolve(state, {
        event: fixture(type),
        commandId: `c${revision}`,
        bodyHash: 'h',
        recordedAt: 1_777_636_800_000,
        revision,
      });
      expect(JSON.stringify(freeze(state)), type).not.toBe(before);
    });
  });
});
