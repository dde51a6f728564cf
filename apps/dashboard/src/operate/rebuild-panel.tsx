/** A rebuild or a verification: how far it is and what can be done about it; or how it ended. */
import type { RebuildView } from '#contracts';
import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { cancelRebuild, setRebuild } from '../api/operate.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { counted, countText } from '../ui/number-text.js';
import { ProblemNote } from '../ui/problem-note.js';
import { longDuration } from './behind.js';
import { VerificationResult } from './verification-result.js';
import css from './operate.module.css';

const STATES: Partial<Record<RebuildView['state'], string>> = {
  requested: 'waits for a projector',
  paused: 'paused',
  switching: 'is taking its place',
};

export function RebuildPanel({ rebuild }: { rebuild: RebuildView }) {
  const [cancelling, setCancelling] = useState(false);
  const steering = useMutation({ mutationFn: (state: 'paused' | 'running') => setRebuild(rebuild, state) });
  const { projection, purpose, generation, progress, state } = rebuild;
  const percent = Math.floor(progress * 100);
  const what = purpose === 'verify' ? `Verifying ${projection}` : `Building generation ${generation}`;
  const paused = state === 'paused';
  return (
    <div className={css.rebuild} data-testid={`rebuild-${projection}`}>
      <div className={css.rebuildHead}>
        <b>{what}</b>
        <b className="num">{percent} %</b>
      </div>
      <div
        className={css.bar}
        role="progressbar"
        aria-label={what}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        data-state={state}
      >
        <i style={{ width: `${progress * 100}%` }} />
      </div>
      <div className={css.rebuildFoot}>
        <Pace rebuild={rebuild} />
        <div className={css.buttons}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
            disabled={state === 'switching'}
            loading={steering.isPending}
            onClick={() => steering.mutate(paused ? 'running' : 'paused')}
          >
            {paused ? 'Resume' : 'Pause'}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconX size={14} />}
            disabled={state === 'switching'}
            onClick={() => setCancelling(true)}
          >
            Cancel
          </Button>
        </div>
      </div>
      <ProblemNote error={steering.error} />
      {cancelling && <CancelDialog rebuild={rebuild} close={() => setCancelling(false)} />}
    </div>
  );
}

function Pace({ rebuild: { eventsDone, eventsPerSecond, remainingSeconds, state } }: { rebuild: RebuildView }) {
  const said = STATES[state];
  return (
    <p className={css.pace}>
      <span>{counted(eventsDone, 'event')}</span>
      {said && <span>{said}</span>}
      {state === 'running' && <span>{countText(eventsPerSecond)} events/s</span>}
      {state === 'running' && remainingSeconds !== undefined && <span>{longDuration(remainingSeconds)} left</span>}
    </p>
  );
}

function CancelDialog({ rebuild, close }: { rebuild: RebuildView; close: () => void }) {
  const what = rebuild.purpose === 'verify' ? 'verification' : 'rebuild';
  return (
    <ConfirmDialog
      title={`Cancel the ${what} of ${rebuild.projection}`}
      action={`Cancel the ${what}`}
      keep="Let it go on"
      act={() => cancelRebuild(rebuild)}
      close={close}
      danger
    >
      <p>What has been built so far is deleted. What is shown does not change.</p>
    </ConfirmDialog>
  );
}

/** The one that ended last. */
export function LastRebuild({ rebuild }: { rebuild: RebuildView }) {
  const { zone } = useZone();
  const { purpose, state, outcome, generation, error, finishedAt, startedAt } = rebuild;
  if (outcome) return <VerificationResult rebuild={rebuild} outcome={outcome} />;
  const what = purpose === 'verify' ? 'The last verification' : `The rebuild into generation ${generation}`;
  const how = {
    completed: `took ${longDuration(tookSeconds(startedAt, finishedAt))}, ${counted(rebuild.eventsDone, 'event')}`,
    cancelled: 'was cancelled',
    failed: `failed: ${error ?? 'no reason was given'}`,
  }[state as 'completed' | 'cancelled' | 'failed'];
  return (
    <p className={css.last} data-state={state}>
      {what} {how}
      {finishedAt && <time dateTime={finishedAt}>{exactTime(Date.parse(finishedAt), zone).slice(0, 19)}</time>}
    </p>
  );
}

const tookSeconds = (startedAt?: string, finishedAt?: string): number =>
  startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000 : 0;
