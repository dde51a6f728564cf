/** Somebody has saved the rule meanwhile: theirs or mine. */
import type { AlertRuleView } from '#contracts';
import { Button } from '@mantine/core';
import { exactTime } from '../../time/format.js';
import { useZone } from '../../time/zone.js';
import { conditionText } from '../words.js';
import ui from '../../ui/ui.module.css';
import css from './editor.module.css';

interface ConflictNoteProps {
  saved: AlertRuleView;
  /** The version that this edit began with. */
  base: number;
  takeOver: (view: AlertRuleView) => void;
  saveMine: (ruleVersion: number) => void;
}

export function ConflictNote({ saved, base, takeOver, saveMine }: ConflictNoteProps) {
  const { zone } = useZone();
  const { ruleVersion, changedAt, rule } = saved;
  return (
    <div className={ui.problem} role="alert">
      <strong>The rule was changed meanwhile.</strong>
      <span>
        You began with version {base}; version {ruleVersion} was saved {exactTime(Date.parse(changedAt), zone).slice(0, 19)}: {rule.name},{' '}
        {conditionText(rule.condition)}. Nothing of yours is saved yet.
      </span>
      <div className={css.actions}>
        <Button size="compact-sm" variant="default" onClick={() => takeOver(saved)}>
          Show what is saved
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => saveMine(ruleVersion)}>
          Save mine over it
        </Button>
      </div>
    </div>
  );
}
