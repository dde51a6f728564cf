/** The form of a rule, with its trial beside it. */
import type { AlertRule, AlertRuleView, DeviceView } from '#contracts';
import { Button, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { createRule, editRule } from '../../api/alerts.js';
import { ProblemError } from '../../api/http.js';
import { focusFirstError } from '../../ui/focus-first-error.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { useZone } from '../../time/zone.js';
import { ConditionForm } from './condition-form.js';
import type { ConditionDraft } from './condition-draft.js';
import { ConflictNote } from './conflict-note.js';
import { DevicesForm } from './devices-form.js';
import { NotifyForm } from './notify-form.js';
import { lookedAt } from './offered-fields.js';
import { Preview, type PreviewProps } from './preview.js';
import { draftOf, editOf, refusedIn, ruleOf, suggestedName, wrongAt, type RuleDraft } from './rule-draft.js';
import { madeSecrets, SecretsDialog, type MadeSecret } from './secrets-dialog.js';
import { TimingForm } from './timing-form.js';
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
  const [, go] = useLocation();
  const { zone } = useZone();
  const [draft, setDraft] = useState(first);
  const [base, setBase] = useState(saved?.ruleVersion);
  const [tried, setTried] = useState(false);
  const [secrets, setSecrets] = useState<{ made: MadeSecret[]; ruleId: string }>();
  const change = (part: Partial<RuleDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const changeCondition = useCallback(
    (next: (condition: ConditionDraft) => ConditionDraft) =>
      setDraft((now) => {
        const condition = next(now.condition);
        return condition === now.condition ? now : { ...now, condition };
      }),
    [],
  );
  const takeOver = (view: AlertRuleView): void => {
    setDraft(draftOf(view.rule, zone));
    setBase(view.ruleVersion);
    setTried(false);
  };
  const saving = useMutation({
    mutationFn: ({ rule, over }: { rule: AlertRule; over: number | undefined }) =>
      saved ? editRule(saved.ruleId, editOf(rule), over ?? saved.ruleVersion) : createRule(rule),
    onSuccess: (view) => {
      const made = madeSecrets(view);
      if (saved) takeOver(view);
      if (made.length > 0) setSecrets({ made, ruleId: view.ruleId });
      else if (!saved) go(`/alert-rules/${encodeURIComponent(view.ruleId)}`, { replace: true });
    },
    onError: focusFirstError,
  });
  const looked = lookedAt(devices, draft.deviceIds, draft.tags);
  const read = ruleOf(draft);
  const refused = refusedIn(saving.error);
  const wrong = { ...refused, ...(tried && read.wrong) };
  const save = (over = base): void => {
    setTried(true);
    if (read.rule) saving.mutate({ rule: read.rule, over });
    else focusFirstError();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save();
  };
  const conflict = saving.error instanceof ProblemError && saving.error.status === 412;
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
      <Preview {...{ draft, changeCondition, saved, looked, start }} />
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
      <div className={css.save}>
        {saved && base !== undefined && (conflict || saved.ruleVersion > base) && (
          <ConflictNote saved={saved} base={base} takeOver={takeOver} saveMine={(version) => save(version)} />
        )}
        {saving.error && !conflict && <ProblemNote error={saving.error} />}
        <div className={css.footer}>
          <Button type="submit" loading={saving.isPending}>
            {saved ? 'Save the rule' : 'Make the rule'}
          </Button>
          {saving.isSuccess && saved && <span role="status">Saved as version {saving.data.ruleVersion}.</span>}
          {tried && Object.keys(read.wrong).length > 0 && <span className={css.wrong}>Something is missing above.</span>}
        </div>
      </div>
      {secrets && (
        <SecretsDialog
          made={secrets.made}
          close={() => {
            setSecrets(undefined);
            if (!saved) go(`/alert-rules/${encodeURIComponent(secrets.ruleId)}`, { replace: true });
          }}
        />
      )}
    </form>
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
