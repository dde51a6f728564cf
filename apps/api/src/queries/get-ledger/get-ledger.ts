/** Does it add up: what a device sent, and what became of it. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DeviceEvent, LedgerView } from '#contracts';
import { emptyLedger, enterInLedger, type FrozenSeqs, type Ledger, ReceivedSeqs } from '#domain';
import { EventLog, ViewStore } from '#ports';
import { Devices } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { eventsUntil } from '../shared/fold-device.js';
import type { Parameters } from '../shared/parameters.js';

export class GetLedger extends Query<LedgerView> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(GetLedger)
export class GetLedgerHandler implements IQueryHandler<GetLedger> {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(AsOf) private readonly asOf: AsOf,
  ) {}

  async execute({ accountId, deviceId, parameters }: GetLedger): Promise<LedgerView> {
    await this.devices.find(accountId, deviceId);
    const asOf = await this.asOf.position(parameters);
    const { stored, duplicates, rejected, late, seqs } =
      asOf === undefined ? await this.now(accountId, deviceId) : await this.knownAt(accountId, deviceId, asOf);
    return { deviceId, received: stored + duplicates + rejected, stored, duplicates, rejected, late, missing: missingIn(seqs) };
  }

  private async now(accountId: string, deviceId: string): Promise<Counts> {
    const row = await this.views.db
      .selectFrom('ledgers')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .executeTakeFirst();
    return row ? { ...row, seqs: ReceivedSeqs.thaw(JSON.parse(row.received_seqs) as FrozenSeqs) } : emptyLedger();
  }

  private async knownAt(accountId: string, deviceId: string, asOf: number): Promise<Counts> {
    const ledger = emptyLedger();
    for await (const event of eventsUntil(this.log, { accountId, deviceId, asOf })) enterInLedger(ledger, event as unknown as DeviceEvent);
    return ledger;
  }
}

type Counts = Pick<Ledger, 'stored' | 'duplicates' | 'rejected' | 'late' | 'seqs'>;

/** Ranges listed; more would be a list, not a summary. `count` counts all. */
const RANGES_MAX = 1_000;

function missingIn(seqs: ReceivedSeqs): LedgerView['missing'] {
  const missing = seqs.missing();
  const ranges = missing.ranges(RANGES_MAX + 1).map(([first, last]): [string, string] => [String(first), String(last)]);
  const count = Number(missing.count);
  return ranges.length > RANGES_MAX ? { count, ranges: ranges.slice(0, RANGES_MAX), truncated: true } : { count, ranges };
}
