/** The versions that a rule has had, from its events: what fired under one of them can be understood after it was edited or retired. */
import { Inject, Injectable } from '@nestjs/common';
import { withoutSecrets } from '#adapters/views';
import { alertRuleStream, type AlertRule, type AlertRuleVersionView, type RecordedEvent } from '#contracts';
import { EventLog, eventsOf } from '#ports';
import { isoOf } from '../commands/shared/devices.js';
import { refuse } from '../doors/rest/problem-error.js';

/** A version of a saved rule, and the events between which it was in force. */
export interface Era {
  rule: AlertRule;
  ruleVersion: number;
  defined: RecordedEvent;
  /** What ended it. Absent while it is in force. */
  ended?: RecordedEvent;
}

@Injectable()
export class RuleVersions {
  constructor(@Inject(EventLog) private readonly log: EventLog) {}

  async get(accountId: string, ruleId: string, ruleVersion: number): Promise<AlertRuleVersionView> {
    const { rule, defined, ended } = await this.era(accountId, ruleId, ruleVersion);
    return {
      ...{ ruleId, ruleVersion, rule: withoutSecrets(rule), definedAt: isoOf(defined.metadata.recordedAt) },
      ...(ended && { endedAt: isoOf(ended.metadata.recordedAt) }),
    };
  }

  async era(accountId: string, ruleId: string, ruleVersion: number): Promise<Era> {
    const era = (await this.eras(accountId, ruleId)).find((one) => one.ruleVersion === ruleVersion);
    if (!era) throw refuse('alert-rule.unknown', `The rule has no version ${ruleVersion}.`);
    return era;
  }

  /** The first first. */
  async eras(accountId: string, ruleId: string): Promise<Era[]> {
    const eras: Era[] = [];
    for await (const event of eventsOf(this.log, alertRuleStream(accountId, ruleId))) {
      const last = eras.at(-1);
      if (last && (event.type === 'AlertRuleDefined' || event.type === 'AlertRuleRetired')) last.ended ??= event;
      if (event.type === 'AlertRuleDefined') {
        const { rule, ruleVersion } = event.data as { rule: AlertRule; ruleVersion: number };
        eras.push({ rule, ruleVersion, defined: event });
      }
    }
    return eras;
  }
}
