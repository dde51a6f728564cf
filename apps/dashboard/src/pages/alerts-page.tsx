/** What fires now and what fired. */
import type { AlertRuleView } from '#contracts';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'wouter';
import { allAlerts, useAlertRules, useAlerts, type AlertFilter } from '../api/alerts.js';
import { AlertFilters, useAlertFilter } from '../alerts/alert-filters.js';
import { AlertList } from '../alerts/alert-list.js';
import { gravestFirst } from '../alerts/gravity.js';
import { AlertsHead } from '../alerts/alert-tabs.js';
import { alertsCsv } from '../alerts/alerts-csv.js';
import { More } from '../ui/more.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { saveFile } from '../ui/save-file.js';
import css from '../alerts/alerts.module.css';
import ui from '../ui/ui.module.css';

export default function AlertsPage() {
  const { filter } = useAlertFilter();
  const rules = useAlertRules();
  const known = rules.data ?? [];
  return (
    <>
      <AlertsHead at="alerts" />
      <div className={css.bar}>
        <AlertFilters rules={known} />
        <SaveList filter={filter} />
      </div>
      <div className={css.page}>
        {filter.state !== 'cleared' && <Part title="Firing now" filter={{ ...filter, state: 'firing' }} rules={known} />}
        {filter.state !== 'firing' && <Part title="Cleared" filter={{ ...filter, state: 'cleared' }} rules={known} />}
      </div>
    </>
  );
}

function Part({ title, filter, rules }: { title: string; filter: AlertFilter; rules: readonly AlertRuleView[] }) {
  const alerts = useAlerts(filter);
  const listed = alerts.data?.pages.flatMap((page) => page.items) ?? [];
  const items = filter.state === 'firing' ? gravestFirst(listed) : listed;
  return (
    <section className={css.part}>
      <h2>{title}</h2>
      {alerts.isPending && <PageLoading />}
      {alerts.error && <ProblemNote error={alerts.error} retry={() => void alerts.refetch()} />}
      {alerts.data && items.length === 0 && <Nothing filter={filter} hasRules={rules.length > 0} />}
      {items.length > 0 && (
        <>
          <AlertList label={title} alerts={items} rules={rules} />
          {alerts.hasNextPage && <More paged={alerts} shown={items.length} what="alert" />}
        </>
      )}
    </section>
  );
}

function Nothing({ filter, hasRules }: { filter: AlertFilter; hasRules: boolean }) {
  const { state, ...others } = filter;
  if (Object.keys(others).length > 0) return <p className={css.quiet}>None that fits.</p>;
  if (state === 'cleared') return <p className={css.quiet}>Nothing has been cleared yet.</p>;
  if (hasRules) return <p className={css.quiet}>Nothing fires. All rules are quiet.</p>;
  return (
    <div className={ui.empty}>
      <p>No rule watches your devices yet. A rule says what must not be: too hot, too fast, out of its area, silent for too long.</p>
      <Link href="/alert-rules/new">Make the first rule</Link>
      <p>You see when it would have fired before you save it.</p>
    </div>
  );
}

function SaveList({ filter }: { filter: AlertFilter }) {
  const saving = useMutation({
    mutationFn: async () => {
      const csv = alertsCsv(await allAlerts(filter));
      saveFile(new Blob([csv], { type: 'text/csv;charset=utf-8' }), 'alerts.csv');
    },
  });
  return (
    <>
      <Button
        size="sm"
        variant="default"
        leftSection={<IconDownload size={15} />}
        loading={saving.isPending}
        onClick={() => saving.mutate()}
        aria-label="Save these alerts as CSV"
      >
        CSV
      </Button>
      {saving.error && <ProblemNote error={saving.error} />}
    </>
  );
}
