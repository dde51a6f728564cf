/** One device: header, tabs, and what the chosen tab shows. */
import { Suspense } from 'react';
import { Link, useSearch } from 'wouter';
import { DeviceAlerts } from '../alerts/device-alerts.js';
import { ProblemError } from '../api/http.js';
import { useDevice, useLedger } from '../api/queries.js';
import { DeviceProvider } from '../device/device-context.js';
import { DeviceHead } from '../device/device-head.js';
import { Overview } from '../device/overview.js';
import { latePart } from '../parts/late-part.js';
import { PartLoading } from '../parts/part-loading.js';
import { LinkStrip } from '../ui/link-strip.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { NotFoundPage } from './not-found-page.js';
import css from '../device/device.module.css';

const TABS = [
  { id: undefined, label: 'Overview', Body: Overview },
  { id: 'alerts', label: 'Alerts', Body: latePart(() => import('../device/alerts-tab.js')) },
  { id: 'readings', label: 'Readings', Body: latePart(() => import('../device/readings-tab.js')) },
  { id: 'ledger', label: 'Ledger', Body: latePart(() => import('../device/ledger-tab.js')) },
  { id: 'rejections', label: 'Rejections', Body: latePart(() => import('../device/rejections-tab.js')) },
  { id: 'events', label: 'Events', Body: latePart(() => import('../device/events-tab.js')) },
  { id: 'models', label: 'Models', Body: latePart(() => import('../device/models-tab.js')) },
  { id: 'schema', label: 'Schema', Body: latePart(() => import('../device/schema-tab.js')) },
  { id: 'post', label: 'Post readings', Body: latePart(() => import('../device/post-tab.js')) },
] as const;

export default function DevicePage({ deviceId, tab }: { deviceId: string; tab: string | undefined }) {
  const device = useDevice(deviceId);
  if (device.isPending) return <PageLoading />;
  if (device.error instanceof ProblemError && device.error.status === 404) return <NotFoundPage />;
  if (device.error) return <ProblemNote error={device.error} retry={() => void device.refetch()} />;
  const chosen = TABS.find((each) => each.id === tab);
  if (!chosen) return <NotFoundPage />;
  return (
    <DeviceProvider device={device.data}>
      <DeviceHead />
      <DeviceAlerts deviceId={deviceId} />
      <Tabs deviceId={deviceId} tab={tab} />
      <Suspense fallback={<PartLoading />}>
        <chosen.Body />
      </Suspense>
    </DeviceProvider>
  );
}

function Tabs({ deviceId, tab }: { deviceId: string; tab: string | undefined }) {
  const ledger = useLedger(deviceId);
  const search = useSearch();
  const rejected = ledger.data?.rejected ?? 0;
  return (
    <LinkStrip className={css.tabs} label="Of this device" at={tab}>
      {TABS.map(({ id, label }) => (
        <Link
          key={label}
          className={css.tab}
          aria-current={id === tab ? 'page' : undefined}
          href={`/devices/${encodeURIComponent(deviceId)}${id ? `/${id}` : ''}${search ? `?${search}` : ''}`}
        >
          {label}
          {id === 'rejections' && rejected > 0 && <span className={css.count}>{rejected > 9_999 ? '9999+' : rejected}</span>}
        </Link>
      ))}
    </LinkStrip>
  );
}
