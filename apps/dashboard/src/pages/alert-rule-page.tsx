/** Makes a rule, or edits one. */
import type { AlertRuleView } from '#contracts';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { useAlertRule } from '../api/alerts.js';
import { ProblemError } from '../api/http.js';
import { useAllDevices } from '../api/queries.js';
import { Silence } from '../alerts/alert-state.js';
import { newCondition } from '../alerts/editor/condition-draft.js';
import { draftOf, newDraft, type RuleDraft } from '../alerts/editor/rule-draft.js';
import { RuleEditor } from '../alerts/editor/rule-editor.js';
import { RetireRuleButton } from '../alerts/retire-rule-button.js';
import { SilenceButton } from '../alerts/silence-dialog.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { NotFoundPage } from './not-found-page.js';
import analyses from '../analyses/analyses.module.css';
import device from '../device/device.module.css';

export default function AlertRulePage({ ruleId }: { ruleId?: string }) {
  const { zone } = useZone();
  const query = new URLSearchParams(useSearch());
  const rule = useAlertRule(ruleId);
  const devices = useAllDevices();
  const [start] = useState(() => startOf(query));
  if (rule.error instanceof ProblemError && rule.error.status === 404) return <NotFoundPage />;
  const error = rule.error ?? devices.error;
  if (error && !(devices.data && (rule.data || ruleId === undefined))) return <ProblemNote error={error} />;
  if (!devices.data || (ruleId !== undefined && !rule.data)) return <PageLoading />;
  const draft = rule.data ? draftOf(rule.data.rule, zone) : newDraftOf(query, zone);
  return (
    <>
      <Link href="/alert-rules" className={device.crumb}>
        ← Alert rules
      </Link>
      {rule.data ? (
        <SavedHead view={rule.data} />
      ) : (
        <PageHead title="New alert rule">
          <p>Say what must not be. Beside it you see when the rule would have fired on what was recorded.</p>
        </PageHead>
      )}
      <RuleEditor saved={rule.data} draft={draft} devices={devices.data} start={start} />
    </>
  );
}

function SavedHead({ view }: { view: AlertRuleView }) {
  const { zone } = useZone();
  const { ruleId, ruleVersion, rule, firing, silence, changedAt } = view;
  return (
    <PageHead
      title={rule.name}
      actions={
        <>
          <SilenceButton size="sm" ruleId={ruleId} name={rule.name} silenced={!!silence} />
          <RetireRuleButton view={view} />
        </>
      }
    >
      <div className={analyses.headFacts}>
        <span>
          version {ruleVersion}, saved {exactTime(Date.parse(changedAt), zone).slice(0, 19)}
        </span>
        <Link href={`/alerts?rule=${encodeURIComponent(ruleId)}`}>{firing > 0 ? `${firing} firing` : 'its alerts'}</Link>
        {!rule.enabled && <span>off</span>}
        <Silence silence={silence} />
      </div>
    </PageHead>
  );
}

/** `?device=…&field=…&from=…&to=…`, from the chart of a device. */
function startOf(query: URLSearchParams): { deviceId?: string; from?: number; to?: number } {
  const deviceId = query.get('device') ?? undefined;
  const [from, to] = ['from', 'to'].map((name) => (query.has(name) ? Number(query.get(name)) : NaN)) as [number, number];
  return { ...(deviceId && { deviceId }), ...(from < to && { from, to }) };
}

function newDraftOf(query: URLSearchParams, zone: string): RuleDraft {
  const [deviceId, field] = [query.get('device'), query.get('field')];
  const type = query.get('type') === 'geofence' ? 'geofence' : query.get('type') === 'no-data' ? 'no-data' : 'threshold';
  return newDraft(zone, { deviceIds: deviceId ? [deviceId] : [], condition: newCondition({ type, field: field ?? '' }) });
}
