/** The form of a rule, with its trial beside it. */
import type { AlertRuleView, DeviceView } from '#contracts';
import { Button, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { ProblemError } from '../../api/http.js';
import { LeaveGuard } from '../../ui/leave-guard.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { ConditionForm } from './condition-form.js';
import { ConflictNote } from './conflict-note.js';
import { DevicesForm } from './devices-form.js';
import { NotifyForm } from './notify-form.js';
import { lookedAt } from './offered-fields.js';
import { Preview, type PreviewProps } from './preview.js';
import { refusedIn, suggestedName, wrongAt, type RuleDraft } from './rule-draft.js';
import { SecretsDialog } from './secrets-dialog.js';
import { TimingForm } from './timing-form.js';
import { useRuleForm, type RuleForm } from './use-rule-form.js';
import analyses from '../../analyses/analyses.module.css';
import css from './editor.module.css';

interface RuleEditorProps {
  /** As it is now; absent for a new rule. */
  saved: AlertRuleView | undefined;
  draft: RuleDraft;
  devices: readonly DeviceView[];
  start: PreviewProps['start'];
}

export function RuleEditor({ saved, draft: first, devices, start }: RuleEditorProps) {
  const form = useRuleForm(saved, first);
  const { draft, change, changeCondition, prefill, wrong } = form;
  const looked = lookedAt(devices, draft.deviceIds, draft.tags);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    form.save();
  };
  const parts = { draft, change, wrong };
  return (
    <form className={css.editor} onSubmit={submit} noValidate>
      <fieldset className={analyses.step}>
        <legend>What to look for</legend>
        <ConditionForm
          draft={draft.condition}
          path="condition"
          change={(condition) => change({ condition })}
          wrong={wrong}
          offered={{ devices, looked }}
        />
        <DevicesForm {...parts} devices={devices} looked={looked} />
      </fieldset>
      <Preview {...{ draft, changeCondition, prefill, saved, looked, start }} />
      <fieldset className={analyses.step}>
        <legend>When it fires</legend>
        <TimingForm {...parts} />
      </fieldset>
      <fieldset className={analyses.step}>
        <legend>Who is told</legend>
        <NotifyForm {...parts} />
      </fieldset>
      <fieldset className={analyses.step}>
        <legend>What it is called</legend>
        <Naming {...parts} />
      </fieldset>
      <LeaveGuard changed={form.changed} />
      <SaveBar form={form} isNew={!saved} />
      {form.secrets && <SecretsDialog made={form.secrets} close={form.closeSecrets} />}
    </form>
  );
}

function SaveBar({ form: { save, saving, takeOver, overtaken, missing }, isNew }: { form: RuleForm; isNew: boolean }) {
  const conflict = saving.error instanceof ProblemError && saving.error.status === 412;
  const refused = Object.keys(refusedIn(saving.error)).length;
  return (
    <div className={css.save}>
      {overtaken && <ConflictNote {...overtaken} takeOver={takeOver} saveMine={save} />}
      {!conflict && refused === 0 && <ProblemNote error={saving.error} />}
      <div className={css.footer}>
        <Button type="submit" loading={saving.isPending}>
          {isNew ? 'Make the rule' : 'Save the rule'}
        </Button>
        {saving.isSuccess && !isNew && <span role="status">Saved as version {saving.data.ruleVersion}.</span>}
        {missing && <span className={css.wrong}>Something above is missing or wrong: it is marked.</span>}
        {refused > 0 && (
          <span className={css.wrong} role="alert">
            It was refused: {refused === 1 ? 'one thing is' : `${refused} things are`} marked above.
          </span>
        )}
      </div>
    </div>
  );
}

interface NamingProps {
  draft: RuleDraft;
  change: (part: Partial<RuleDraft>) => void;
  wrong: Record<string, string>;
}

function Naming({ draft, change, wrong }: NamingProps) {
  return (
    <>
      <TextInput
        label="Name"
        value={draft.name}
        onChange={({ currentTarget }) => change({ name: currentTarget.value })}
        placeholder={suggestedName(draft) || 'Cold room too warm'}
        description="Empty: what it looks for."
        error={wrongAt(wrong, 'name')}
        maxLength={200}
        autoComplete="off"
      />
      <div>
        <span className={css.label} id="severity">
          Severity
        </span>
        <SegmentedControl
          aria-labelledby="severity"
          fullWidth
          data={['info', 'warning', 'critical']}
          value={draft.severity}
          onChange={(severity) => change({ severity: severity as RuleDraft['severity'] })}
        />
      </div>
      <Textarea
        label="Description"
        description="What it means, and what to do. May be empty."
        value={draft.description}
        onChange={({ currentTarget }) => change({ description: currentTarget.value })}
        error={wrongAt(wrong, 'description')}
        autosize
        minRows={2}
        maxRows={8}
      />
      <Switch label="The rule is on" checked={draft.enabled} onChange={({ currentTarget }) => change({ enabled: currentTarget.checked })} />
    </>
  );
}
