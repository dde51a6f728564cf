/** Cancels what is under way; deletes what is over, after asking. */
import type { AnalysisView } from '#contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { endAnalysis, isOver } from '../api/analyses.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';

export function EndButton({ view, title, ended }: { view: AnalysisView; title: string; ended?: () => void }) {
  const [asking, setAsking] = useState(false);
  const over = isOver(view);
  const word = over ? 'Delete' : 'Cancel';
  const end = async (): Promise<void> => {
    await endAnalysis(view.analysisId);
    if (over) ended?.();
  };
  return (
    <>
      <Button size="compact-sm" variant="subtle" color="var(--bad)" onClick={() => setAsking(true)} aria-label={`${word} ${title}`}>
        {word}
      </Button>
      {asking && (
        <ConfirmDialog
          title={over ? 'Delete this analysis' : 'Cancel this analysis'}
          action={over ? 'Delete it' : 'Cancel it'}
          keep="Keep it"
          act={end}
          close={() => setAsking(false)}
          danger
        >
          <p>
            {over
              ? 'Its result is gone then. The readings stay, and the same request gives the same result again.'
              : view.standing
                ? 'It follows no more readings then. What it has so far stays.'
                : 'What it has done so far is dropped. The readings stay.'}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
