/** Commands that failed again and again: what each is, why it failed, and what to do about it. */
import type { Json, ParkedCommandView, ParkedRetryView } from '#contracts';
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { dropParked, retryParked } from '../api/operate.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { bytesText, counted } from '../ui/number-text.js';
import { ProblemNote } from '../ui/problem-note.js';
import rows from '../ui/rows.module.css';
import history from '../device/history.module.css';
import css from './operate.module.css';

export function ParkedList({ commands }: { commands: ParkedCommandView[] }) {
  const [dropping, setDropping] = useState<ParkedCommandView>();
  const [said, setSaid] = useState<string>();
  return (
    <>
      <p role="status" className={css.said}>
        {said}
      </p>
      <ul className={rows.list} aria-label="Parked commands">
        {commands.map((command) => (
          <Parked key={command.parkedId} command={command} drop={() => setDropping(command)} say={setSaid} />
        ))}
      </ul>
      {dropping && <DropDialog command={dropping} close={() => setDropping(undefined)} />}
    </>
  );
}

function Parked({ command, drop, say }: { command: ParkedCommandView; drop: () => void; say: (text: string) => void }) {
  const { zone } = useZone();
  const retrying = useMutation({ mutationFn: () => retryParked(command), onSuccess: (answer) => say(textOf(command, answer)) });
  const { type, deviceId, stream, parkedAt, tries, error } = command;
  return (
    <li className={`${rows.row} ${history.item}`}>
      <div className={history.head}>
        <span className={history.type}>{type}</span>
        <code>{deviceId ?? stream}</code>
        <span className={history.position}>{counted(tries, 'try', 'tries')}</span>
        <time dateTime={parkedAt}>{exactTime(Date.parse(parkedAt), zone)}</time>
      </div>
      <p className={css.error}>{errorText(error)}</p>
      <details>
        <summary>What it is</summary>
        <Details command={command} />
      </details>
      <div className={css.buttons}>
        <Button
          size="xs"
          variant="default"
          loading={retrying.isPending}
          onClick={() => retrying.mutate()}
          aria-label={`Retry ${type} of ${deviceId ?? stream}`}
        >
          Retry
        </Button>
        <Button
          size="xs"
          variant="subtle"
          color="red"
          className={css.danger}
          onClick={drop}
          aria-label={`Drop ${type} of ${deviceId ?? stream}`}
        >
          Drop
        </Button>
      </div>
      <ProblemNote error={retrying.error} />
    </li>
  );
}

function Details({ command }: { command: ParkedCommandView }) {
  const { commandId, accountId, stream, correlationId, bodyBytes, bodyStart, error } = command;
  const rows: [string, string][] = [
    ['command', commandId],
    ['account', accountId],
    ['stream', stream],
    ['correlation', correlationId],
    ['error', JSON.stringify(error)],
  ];
  return (
    <>
      <dl className={css.facts}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      {bodyStart !== undefined && (
        <pre className={history.json} tabIndex={0} aria-label="The beginning of what was sent">
          {bodyStart}
          {bodyStart.length < (bodyBytes ?? 0) && ' …'}
        </pre>
      )}
      {bodyBytes !== undefined && <p className={history.advice}>{bytesText(bodyBytes)} were sent.</p>}
    </>
  );
}

function DropDialog({ command, close }: { command: ParkedCommandView; close: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <ConfirmDialog
      title={`Drop ${command.type} of ${command.deviceId ?? command.stream}`}
      action="Drop it"
      keep="Keep it"
      act={() => dropParked(command, reason.trim())}
      close={close}
      danger
    >
      <p>Its sender was told that it is kept. Once dropped it is gone; who dropped it and why is written into the log of the service.</p>
      <TextInput label="Why" value={reason} maxLength={500} onChange={(event) => setReason(event.currentTarget.value)} autoComplete="off" />
    </ConfirmDialog>
  );
}

function textOf({ type, deviceId, stream }: ParkedCommandView, { outcome, tries, message }: ParkedRetryView): string {
  const what = `${type} of ${deviceId ?? stream}`;
  if (outcome === 'accepted') return `${what} was accepted.`;
  return outcome === 'refused'
    ? `${what} was refused for good: ${message ?? ''}`
    : `${what} failed again, ${counted(tries, 'try', 'tries')} in all.`;
}

function errorText(error: Json): string {
  const message = typeof error === 'object' && error !== null && !Array.isArray(error) ? error['message'] : error;
  return typeof message === 'string' ? message : JSON.stringify(error);
}
