/** Commands that their entity failed on again and again: looked at, tried again, or dropped. */
import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import {
  adviceFor,
  categoryOf,
  type CommandAnswer,
  type CommandEnvelope,
  decodeEnvelope,
  deviceOf,
  type Json,
  type JsonObject,
  type ListView,
  type ParkedCommandView,
  type ParkedRetryView,
} from '#contracts';
import { CommandQueue, ViewStore, type ViewTables } from '#ports';
import type { Credential } from '../../admission/credentials.js';
import { isoOf } from '../../commands/shared/devices.js';
import { refusalOf, refuse } from '../../doors/rest/problem-error.js';
import { cursorOf, placeOf } from '../../queries/shared/cursor.js';
import { pageOfRows } from '../../queries/shared/page-of-rows.js';
import { limitOf, type Parameters } from '../../queries/shared/parameters.js';
import { LOG, type Log } from '../../tokens.js';
import { Operators } from '../operators.js';

type Row = Selectable<ViewTables['parked_commands']>;

/** Enough to see what it is. */
const BODY_START_CHARS = 500;

@Injectable()
export class ParkedCommands {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(CommandQueue) private readonly queue: CommandQueue,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The newest first. */
  async list({ accountId }: Credential, parameters: Parameters): Promise<ListView<ParkedCommandView>> {
    const limit = limitOf(parameters);
    const after = placeOf(parameters, ['number', 'string']) as [number, string] | undefined;
    let query = this.views.db.selectFrom('parked_commands').selectAll();
    if (!this.operators.named) query = query.where('account_id', '=', accountId);
    if (after) {
      const [parkedAt, parkedId] = after;
      query = query.where((row) =>
        row.or([row('parked_at', '<', parkedAt), row.and([row('parked_at', '=', parkedAt), row('parked_id', '>', parkedId)])]),
      );
    }
    const newestFirst = query.orderBy('parked_at', 'desc').orderBy('parked_id');
    const { rows, more } = await pageOfRows(newestFirst, { limit, large: ['envelope', 'error'] });
    const last = rows.at(-1);
    return { items: rows.map(viewOf), ...(more && last && { next: cursorOf([last.parked_at, last.parked_id]) }) };
  }

  async get({ accountId }: Credential, parkedId: string): Promise<ParkedCommandView> {
    return viewOf(await this.find(accountId, parkedId));
  }

  /** Sends the command to its entity once more. It is no longer parked when that has accepted it or refused it for good. Throws where
   *  it could not even be tried: the queue is full, or no answer came. */
  async retry({ accountId, id }: Credential, parkedId: string): Promise<ParkedRetryView> {
    const row = await this.find(accountId, parkedId);
    const answer = await this.queue.send(envelopeIn(row));
    const outcome = outcomeOf(answer);
    if (outcome === 'undecided') throw refusalOf(answer as Extract<CommandAnswer, { ok: false }>);
    const tries = outcome === 'failed' ? await this.countTries(row) : row.tries + 1;
    if (outcome !== 'failed') await this.remove(row.parked_id);
    this.log.warn({ ...namesOf(row), by: accountId, with: id, outcome, tries }, 'a parked command was tried again');
    return { parkedId, outcome, tries, ...saidBy(answer) };
  }

  /** Its sender was told that it is kept: who gives it up, and why, is logged. */
  async drop({ accountId, id }: Credential, parkedId: string, reason: string | undefined): Promise<void> {
    const row = await this.find(accountId, parkedId);
    await this.remove(row.parked_id);
    this.log.warn({ ...namesOf(row), by: accountId, with: id, reason: reason ?? 'none was given' }, 'a parked command was dropped');
  }

  private async find(accountId: string, parkedId: string): Promise<Row> {
    const row = await this.views.db.selectFrom('parked_commands').selectAll().where('parked_id', '=', fromUrl(parkedId)).executeTakeFirst();
    if (!row || !this.operators.maySee(accountId, row.account_id))
      throw refuse('parked-command.unknown', 'There is no such parked command.');
    return row;
  }

  /** The runtime has parked it again with the tries of this round alone: they come on top of those before. */
  private countTries(before: Row): Promise<number> {
    return this.views.write(async (tx) => {
      const now = await tx
        .selectFrom('parked_commands')
        .select(['tries', 'parked_at'])
        .where('parked_id', '=', before.parked_id)
        .executeTakeFirst();
      const parkedAgain = now !== undefined && now.parked_at !== before.parked_at;
      const tries = before.tries + (parkedAgain ? now.tries : 1);
      await tx.updateTable('parked_commands').set({ tries }).where('parked_id', '=', before.parked_id).execute();
      return tries;
    });
  }

  private async remove(parkedId: string): Promise<void> {
    await this.views.write((tx) => tx.deleteFrom('parked_commands').where('parked_id', '=', parkedId).execute());
  }
}

/** Should the answer of a retry be lost, the next one is to find what the entity decided: by the hash it then remembers, or in the log. */
function envelopeIn({ envelope }: Row): CommandEnvelope {
  const command = decodeEnvelope(envelope);
  return { ...command, bodyHash: command.bodyHash ?? hash('sha256', envelope, 'hex'), redelivered: true };
}

/** What passes by itself was not decided at all; what failed may succeed with a corrected program; any other refusal stays one. */
function outcomeOf(answer: CommandAnswer): ParkedRetryView['outcome'] | 'undecided' {
  if (answer.ok) return 'accepted';
  if (/^(overload|limit)\./.test(answer.code)) return 'undecided';
  return adviceFor(answer.code).status >= 500 ? 'failed' : 'refused';
}

function saidBy(answer: CommandAnswer): Pick<ParkedRetryView, 'position' | 'value' | 'code' | 'message'> {
  if (answer.ok) return { position: String(answer.position), value: answer.value };
  return { code: answer.code, message: answer.message };
}

function viewOf(row: Row): ParkedCommandView {
  const { commandId, correlationId, body } = decodeEnvelope(row.envelope);
  return {
    parkedId: forUrl(row.parked_id),
    type: row.type,
    stream: row.stream,
    ...(categoryOf(row.stream) === 'device' && { deviceId: deviceOf(row.stream).deviceId }),
    accountId: row.account_id,
    parkedAt: isoOf(row.parked_at),
    tries: row.tries,
    error: JSON.parse(row.error) as Json,
    commandId,
    correlationId,
    ...(body && { bodyBytes: body.byteLength, ...startOf(body) }),
  };
}

/** The first characters, where it is text. */
function startOf(body: Uint8Array): { bodyStart?: string } {
  try {
    // As a stream: the cut may lie within a character.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(0, BODY_START_CHARS * 4), { stream: true });
    return { bodyStart: text.slice(0, BODY_START_CHARS) };
  } catch {
    return {};
  }
}

const namesOf = ({ parked_id, type, account_id, error, envelope }: Row): JsonObject => ({
  correlationId: (JSON.parse(envelope) as CommandEnvelope).correlationId,
  parkedId: parked_id,
  type,
  accountId: account_id,
  error: JSON.parse(error) as Json,
});

/** A stream and a command have slashes between and colons within. */
const forUrl = (parkedId: string): string => Buffer.from(parkedId).toString('base64url');
const fromUrl = (text: string): string => Buffer.from(text, 'base64url').toString();
