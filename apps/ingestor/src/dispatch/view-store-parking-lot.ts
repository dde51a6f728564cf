/** Keeps commands that failed again and again where an operator sees them: the table `parked_commands`. */
import type { ParkingLot } from '#actors';
import { encodeEnvelope, type CommandEnvelope } from '#contracts';
import type { ViewStore } from '#ports';

export class ViewStoreParkingLot implements ParkingLot {
  constructor(
    private readonly views: ViewStore,
    private readonly logger?: { warn(fields: object, message: string): void },
  ) {}

  /** Parked twice, after a crash in between, it is still there once. */
  async park({ envelope, tries, error, parkedAt }: Parameters<ParkingLot['park']>[0]): Promise<void> {
    const row = {
      parked_id: parkedIdOf(envelope),
      stream: envelope.stream,
      type: envelope.type,
      account_id: envelope.accountId,
      parked_at: parkedAt,
      tries,
      error: JSON.stringify(error),
      envelope: encodeEnvelope(envelope),
    };
    await this.views.write(async (tx) => {
      await tx
        .insertInto('parked_commands')
        .values(row)
        .onConflict((conflict) => conflict.column('parked_id').doUpdateSet({ tries, error: row.error, parked_at: parkedAt }))
        .execute();
    });
    const { stream, type, commandId, correlationId } = envelope;
    this.logger?.warn({ correlationId, stream, type, commandId, tries, error: error.message }, 'a command was parked');
  }
}

const parkedIdOf = ({ stream, commandId }: CommandEnvelope): string => `${stream}/${commandId}`;
