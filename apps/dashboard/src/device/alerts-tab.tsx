/** The alerts of this device, and the way to a rule for it. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useAlertRules, useAlerts } from '../api/alerts.js';
import { AlertList } from '../alerts/alert-list.js';
import { More } from '../ui/more.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { useDevicePage } from './device-context.js';
import alerts from '../alerts/alerts.module.css';
import ui from '../ui/ui.module.css';

export default function AlertsTab() {
  const { device } = useDevicePage();
  const [, go] = useLocation();
  const listed = useAlerts({ deviceId: device.deviceId });
  const rules = useAlertRules();
  const items = listed.data?.pages.flatMap((page) => page.items) ?? [];
  const newRule = `/alert-rules/new?device=${encodeURIComponent(device.deviceId)}`;
  if (listed.isPending) return <PageLoading />;
  if (listed.error) return <ProblemNote error={listed.error} retry={() => void listed.refetch()} />;
  if (items.length === 0) {
    return (
      <div className={ui.empty}>
        <p>No alert was raised for this device.</p>
        <Link href={newRule}>Make a rule for it</Link>
      </div>
    );
  }
  return (
    <div className={alerts.part}>
      <AlertList label="Alerts of this device" alerts={items} rules={rules.data ?? []} ofDevice />
      {listed.hasNextPage && <More paged={listed} shown={items.length} what="alert" />}
      <Button size="sm" variant="default" leftSection={<IconPlus size={16} />} onClick={() => go(newRule)} style={{ justifySelf: 'start' }}>
        New rule for this device
      </Button>
    </div>
  );
}
