/** A rule while it is edited: what is typed, what is wrong with it, and how it is saved. */
import type { AlertRule, AlertRuleView } from '#contracts';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import { createRule, editRule } from '../../api/alerts.js';
import { useZone } from '../../time/zone.js';
import { focusFirstError } from '../../ui/focus-first-error.js';
import type { ConditionDraft } from './condition-draft.js';
import { draftOf, editOf, refusedIn, ruleOf, type RuleDraft } from './rule-draft.js';
import { madeSecrets, type MadeSecret } from './secrets-dialog.js';

export function useRuleForm(saved: AlertRuleView | undefined, first: RuleDraft) {
  const [, go] = useLocation();
  const { zone } = useZone();
  const [draft, setDraft] = useState(first);
  /** What is saved, or what one began with. */
  const [kept, setKept] = useState(first);
  /** The version that this edit began with. */
  const [base, setBase] = useState(saved?.ruleVersion);
  const [tried, setTried] = useState(false);
  const [secrets, setSecrets] = useState<{ made: MadeSecret[]; ruleId: string }>();
  const leave = (ruleId: string): void => {
    if (!saved) go(`/alert-rules/${encodeURIComponent(ruleId)}`, { replace: true });
  };
  const takeOver = (view: AlertRuleView): void => {
    const saved = draftOf(view.rule, zone);
    setDraft(saved);
    setKept(saved);
    setBase(view.ruleVersion);
    setTried(false);
  };
  const saving = useMutation({
    mutationFn: ({ rule, over }: { rule: AlertRule; over: number }) =>
      saved ? editRule(saved.ruleId, editOf(rule), over) : createRule(rule),
    onSuccess: (view) => {
      const made = madeSecrets(view);
      if (saved) takeOver(view);
      if (made.length > 0) setSecrets({ made, ruleId: view.ruleId });
      else leave(view.ruleId);
    },
    onError: focusFirstError,
  });
  const { reset } = saving;
  /** What was said of the draft before is no longer said of this one. */
  const edit = useCallback(
    (next: (draft: RuleDraft) => RuleDraft): void => {
      setDraft(next);
      reset();
    },
    [reset],
  );
  const change = (part: Partial<RuleDraft>): void => edit((now) => ({ ...now, ...part }));
  const changeCondition = useCallback(
    (next: (condition: ConditionDraft) => ConditionDraft): void => edit((now) => ({ ...now, condition: next(now.condition) })),
    [edit],
  );
  const prefill = useCallback(
    (condition: ConditionDraft): void => {
      edit((now) => ({ ...now, condition }));
      setKept((before) => ({ ...before, condition }));
    },
    [edit],
  );
  const read = ruleOf(draft);
  const save = (over = base): void => {
    setTried(true);
    if (read.rule) saving.mutate({ rule: read.rule, over: over ?? 0 });
    else focusFirstError();
  };
  return {
    ...{ draft, change, changeCondition, prefill, save, saving, takeOver },
    wrong: { ...refusedIn(saving.error), ...(tried && read.wrong) },
    changed: !saving.isSuccess && JSON.stringify(draft) !== JSON.stringify(kept),
    missing: tried && Object.keys(read.wrong).length > 0,
    /** Somebody saved it meanwhile. */
    overtaken: saved && base !== undefined && saved.ruleVersion > base ? { saved, base } : undefined,
    secrets: secrets?.made,
    closeSecrets: () => {
      if (secrets) leave(secrets.ruleId);
      setSecrets(undefined);
    },
  };
}

export type RuleForm = ReturnType<typeof useRuleForm>;
