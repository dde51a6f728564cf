/** One projection: how far it is, what is being built of it, and its generations. */
import type { ProjectionView, RebuildPurpose } from '#contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { hasEnded, startRebuild } from '../api/operate.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { countText, positionText } from '../ui/number-text.js';
import { behindText, isBehind } from './behind.js';
import { Generations } from './generations.js';
import { LastRebuild, RebuildPanel } from './rebuild-panel.js';
import { Parts } from './parts.js';
import css from './operate.module.css';

const SHOWS: Record<string, string> = {
  accounts: 'Accounts, keys and sessions',
  'alert-rules': 'What to warn of, and how',
  alerts: 'What was warned of, and what came of it',
  analyses: 'What was asked, and the results',
  devices: 'Devices and their schemas',
  'latest-values': 'The latest value of each field',
  ledger: 'What was received, stored and missing',
  models: 'What networks have learned of devices',
  rejections: 'What was refused',
  series: 'Readings by time',
};

export function ProjectionRow({ projection }: { projection: ProjectionView }) {
  const { name, generation, version, trouble, rebuild, generations } = projection;
  const [asking, setAsking] = useState<RebuildPurpose>();
  const underWay = rebuild && !hasEnded(rebuild);
  return (
    <li className={css.projection} data-projection={name} aria-label={`Projection ${name}`}>
      <div className={css.row}>
        <div className={css.who}>
          <h3>{name}</h3>
          <span>{SHOWS[name] ?? 'A view of the log'}</span>
        </div>
        <Standing projection={projection} />
        <div className={css.buttons}>
          <Button size="xs" variant="default" disabled={underWay} onClick={() => setAsking('verify')} aria-label={`Verify ${name}`}>
            Verify
          </Button>
          <Button size="xs" variant="default" disabled={underWay} onClick={() => setAsking('switch')} aria-label={`Rebuild ${name}`}>
            Rebuild
          </Button>
        </div>
      </div>
      {trouble && (
        <p className={css.trouble} role="alert">
          {trouble}
        </p>
      )}
      {underWay && <RebuildPanel rebuild={rebuild} />}
      {rebuild && !underWay && <LastRebuild rebuild={rebuild} />}
      <div className={css.more}>
        <Generations name={name} live={generation} version={version} generations={generations} />
        {projection.parts.length > 1 && <Parts parts={projection.parts} />}
      </div>
      {asking && <StartDialog name={name} purpose={asking} close={() => setAsking(undefined)} />}
    </li>
  );
}

function Standing({ projection }: { projection: ProjectionView }) {
  const { position, lagEvents, ratePerSecond, trouble } = projection;
  const state = trouble ? 'trouble' : isBehind(projection) ? 'behind' : 'current';
  return (
    <dl className={css.standing}>
      <div>
        <dt>state</dt>
        <dd>
          <span className={css.state} data-state={state} data-testid={`state-${projection.name}`}>
            {{ trouble: 'stands still', behind: 'behind', current: 'up to date' }[state]}
          </span>
        </dd>
      </div>
      <div>
        <dt>position</dt>
        <dd>{positionText(position)}</dd>
      </div>
      <div>
        <dt>behind</dt>
        <dd>
          {countText(lagEvents)} <small>{lagEvents === 1 ? 'event' : 'events'}</small>{' '}
          <small className={css.lagTime}>{behindText(projection)}</small>
        </dd>
      </div>
      <div>
        <dt>rate</dt>
        <dd>
          {countText(ratePerSecond)} <small>/s</small>
        </dd>
      </div>
    </dl>
  );
}

function StartDialog({ name, purpose, close }: { name: string; purpose: RebuildPurpose; close: () => void }) {
  const verify = purpose === 'verify';
  return (
    <ConfirmDialog
      title={verify ? `Verify ${name}` : `Rebuild ${name}`}
      action={verify ? 'Verify it' : 'Rebuild it'}
      act={() => startRebuild(name, purpose)}
      close={close}
    >
      {verify ? (
        <p>It is built once more from the log and compared with what is shown, row by row. Nothing that is shown changes.</p>
      ) : (
        <p>
          A new generation is built from the log beside the live one, and takes its place once it has caught up. What is shown stays as it
          is until then; the old generation is kept until you drop it.
        </p>
      )}
    </ConfirmDialog>
  );
}
