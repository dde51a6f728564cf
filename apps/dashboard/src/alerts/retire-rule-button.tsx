/** Takes a rule away for good. */
import type { AlertRuleView } from '#contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { retireRule } from '../api/alerts.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';

export function RetireRuleButton({ view: { ruleId, ruleVersion, rule, firing } }: { view: AlertRuleView }) {
  const [, go] = useLocation();
  const [open, setOpen] = useState(false);
  const act = async (): Promise<void> => {
    await retireRule(ruleId, ruleVersion);
    go('/alert-rules');
  };
  return (
    <>
      <Button size="sm" variant="default" onClick={() => setOpen(true)}>
        Retire
      </Button>
      {open && (
        <ConfirmDialog title={`Retire ${rule.name}`} action="Retire the rule" act={act} close={() => setOpen(false)} danger>
          <p>
            It looks at nothing from now on{firing > 0 ? `, and the ${firing} that fire are cleared` : ''}. The alerts that it raised stay.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
