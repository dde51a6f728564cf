/** What can happen to an account with alert rules, as events of a log, for properties. */
import fc from 'fast-check';
import { alertRuleStream, deviceStream, type AlertRule, type RecordedEvent } from '#contracts';
import { row, rule, type Row } from './arbitraries.js';
import { MINUTE, T0 } from './rules.js';

export const ACCOUNT = 'a1';
/** `d2` is one that rules compare others with. */
const device = fc.constantFrom('d1', 'd2', 'd3');
const ruleId = fc.constantFrom('r1', 'r2', 'r3');
const site = fc.constantFrom('north', 'south');

const about = fc.constantFrom<AlertRule['devices'][]>({}, { deviceIds: ['d1'] }, { tags: { site: 'north' } });
const rulesAbout = fc
  .record({ rule, about, enabled: fc.constantFrom(true, true, true, false) })
  .map(({ rule, about, enabled }): AlertRule => ({ ...rule, devices: about, enabled }));

type Happening =
  | { what: 'readings'; device: string; rows: Row[] }
  | { what: 'rule'; ruleId: string; rule: AlertRule }
  | { what: 'retire-rule'; ruleId: string }
  | { what: 'device'; device: string; site: string }
  | { what: 'retire-device'; device: string };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ what: fc.constant('readings' as const), device, rows: fc.array(row, { minLength: 1, maxLength: 6 }) }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('rule' as const), ruleId, rule: rulesAbout }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('device' as const), device, site }) },
  fc.record({ what: fc.constant('retire-rule' as const), ruleId }),
  fc.record({ what: fc.constant('retire-device' as const), device }),
);

/** Devices and rules are there first; readings come late, double and out of order; rules are edited, devices change sites and go. */
export const anyLog: fc.Arbitrary<RecordedEvent[]> = fc
  .tuple(
    fc.array(rulesAbout, { minLength: 1, maxLength: 3 }),
    fc.array(fc.record({ happening, gap: fc.integer({ min: 0, max: 6 }) }), { minLength: 4, maxLength: 30 }),
  )
  .map(([rules, later]) => {
    const log = new Log();
    for (const device of ['d1', 'd2', 'd3']) log.add({ what: 'device', device, site: 'north' }, 0);
    rules.forEach((rule, i) => log.add({ what: 'rule', ruleId: `r${i + 1}`, rule }, 0));
    for (const { happening, gap } of later) log.add(happening, gap);
    return log.events;
  });

/** After everything in `anyLog`, and whatever waits for it. */
export const END = T0 + 1_000 * MINUTE;

class Log {
  readonly events: RecordedEvent[] = [];
  private readonly revisions = new Map<string, number>();
  private readonly ruleVersions = new Map<string, number>();
  /** They do not come back. */
  private readonly retired = new Set<string>();
  private readonly times = new Map<string, number>();
  private recordedAt = T0;

  add(happening: Happening, gap: number): void {
    this.recordedAt += gap * MINUTE;
    switch (happening.what) {
      case 'readings': {
        const { device, rows } = happening;
        let at = this.times.get(device) ?? T0;
        const time = rows.map(({ minutes }) => (at += minutes * MINUTE));
        this.times.set(device, at);
        const fields = { t: rows.map(({ t }) => t), u: rows.map(({ u }) => u) };
        return this.record('ReadingsReceived', deviceStream(ACCOUNT, device), { schemaVersion: 1, time, fields });
      }
      case 'device': {
        const { device: deviceId, site } = happening;
        const stream = deviceStream(ACCOUNT, deviceId);
        const data = { accountId: ACCOUNT, deviceId, name: deviceId, tags: { site } };
        return this.record(this.revisions.has(stream) ? 'DeviceDescribed' : 'DeviceRegistered', stream, data);
      }
      case 'retire-device':
        return this.record('DeviceRetired', deviceStream(ACCOUNT, happening.device), {});
      case 'rule': {
        const { ruleId, rule } = happening;
        if (this.retired.has(ruleId)) return;
        const ruleVersion = (this.ruleVersions.get(ruleId) ?? 0) + 1;
        this.ruleVersions.set(ruleId, ruleVersion);
        return this.record('AlertRuleDefined', alertRuleStream(ACCOUNT, ruleId), { ruleVersion, rule });
      }
      case 'retire-rule':
        if (!this.ruleVersions.has(happening.ruleId) || this.retired.has(happening.ruleId)) return;
        this.retired.add(happening.ruleId);
        return this.record('AlertRuleRetired', alertRuleStream(ACCOUNT, happening.ruleId), {});
      default:
        return happening satisfies never;
    }
  }

  private record(type: string, stream: string, data: object): void {
    const revision = (this.revisions.get(stream) ?? -1) + 1;
    this.revisions.set(stream, revision);
    const ids = { eventId: `e${this.events.length}`, commandId: '', correlationId: '', actor: '', writerEpoch: '' };
    const metadata = { ...ids, accountId: ACCOUNT, recordedAt: this.recordedAt, part: [0, 1] as [number, number] };
    this.events.push({ type, eventVersion: 1, stream, revision, position: this.events.length + 1, data, metadata } as RecordedEvent);
  }
}
