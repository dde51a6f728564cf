/** What a device sent and what became of it, as a few hashes: equal on two platforms that were sent the same. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { digestDevice } from '#adapters/views';
import { type DeviceDigestView, deviceStream } from '#contracts';
import { EventLog, SeriesStore, ViewStore } from '#ports';
import { Devices } from '../../commands/shared/devices.js';
import { Progress } from '../../commands/shared/progress.js';
import { refuse } from '../../doors/rest/problem-error.js';

/** Longer than any healthy projection takes. */
const SHOWN_WITHIN_MS = 10_000;

export class GetDigest extends Query<DeviceDigestView> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
  ) {
    super();
  }
}

@QueryHandler(GetDigest)
export class GetDigestHandler implements IQueryHandler<GetDigest> {
  constructor(
    @Inject(Devices) private readonly devices: Devices,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(SeriesStore) private readonly series: SeriesStore,
    @Inject(Progress) private readonly progress: Progress,
  ) {}

  /** Of everything that was recorded when it was asked. */
  async execute({ accountId, deviceId }: GetDigest): Promise<DeviceDigestView> {
    await this.devices.find(accountId, deviceId);
    const head = await this.log.head();
    if (!(await this.progress.until(head, deviceStream(accountId, deviceId), 'views and series', SHOWN_WITHIN_MS)))
      throw refuse('overload.timeout', 'The views and series do not show everything that is recorded yet.', {}, { 'retry-after': '5' });
    return digestDevice(this.views.db, this.series, { accountId, deviceId }, head);
  }
}
