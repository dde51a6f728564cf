/** The generations of a projection: the live one, what is built beside it, and what was live before. */
import type { GenerationView } from '#contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { dropGeneration } from '../api/operate.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import css from './operate.module.css';

const STATES: Record<GenerationView['state'], string> = { live: 'live', building: 'being built', old: 'kept', dropping: 'being deleted' };

export function Generations({
  name,
  live,
  version,
  generations,
}: {
  name: string;
  live: number;
  version: number;
  generations: GenerationView[];
}) {
  const [dropping, setDropping] = useState<number>();
  const others = generations.length - 1;
  return (
    <details className={css.details}>
      <summary>
        Generation {live}, version {version}
        {others > 0 && `, and ${others} more`}
      </summary>
      <ul className={css.generations} aria-label={`Generations of ${name}`}>
        {generations.map((it) => (
          <li key={it.generation}>
            <b className="num">{it.generation}</b>
            <span className={css.state} data-state={it.state}>
              {STATES[it.state]}
            </span>
            <Since generation={it} />
            {it.state === 'old' && (
              <Button
                size="compact-xs"
                variant="subtle"
                color="red"
                className={css.danger}
                onClick={() => setDropping(it.generation)}
                aria-label={`Drop generation ${it.generation} of ${name}`}
              >
                Drop
              </Button>
            )}
          </li>
        ))}
      </ul>
      {dropping !== undefined && <DropDialog name={name} generation={dropping} close={() => setDropping(undefined)} />}
    </details>
  );
}

function Since({ generation: { state, madeAt, switchedAt, version } }: { generation: GenerationView }) {
  const { zone } = useZone();
  const at = (time: string): string => exactTime(Date.parse(time), zone).slice(0, 19);
  return (
    <span className="num">
      version {version}, {state === 'live' ? `live since ${at(switchedAt ?? madeAt)}` : `made ${at(madeAt)}`}
    </span>
  );
}

function DropDialog({ name, generation, close }: { name: string; generation: number; close: () => void }) {
  return (
    <ConfirmDialog
      title={`Drop generation ${generation} of ${name}`}
      action="Drop it"
      keep="Keep it"
      act={() => dropGeneration(name, generation)}
      close={close}
      danger
    >
      <p>It is deleted and its space is freed. The log can build it again, but there is no way back to it at once.</p>
    </ConfirmDialog>
  );
}
