/** Alerts and the rules that raise them: the two sides of one page. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { COUNTED_MAX, useFiringCount } from '../api/alerts.js';
import { LinkStrip } from '../ui/link-strip.js';
import { PageHead } from '../ui/page-head.js';
import device from '../device/device.module.css';

export function AlertsHead({ at }: { at: 'alerts' | 'rules' }) {
  const [, go] = useLocation();
  const firing = useFiringCount();
  return (
    <>
      <PageHead
        title={at === 'alerts' ? 'Alerts' : 'Alert rules'}
        actions={
          <Button leftSection={<IconPlus size={17} />} onClick={() => go('/alert-rules/new')}>
            New rule
          </Button>
        }
      >
        <p>
          {at === 'alerts'
            ? 'What fires now, and what fired. Each alert shows the readings around it, and who was told.'
            : 'What is watched for, on which devices. A rule can be tried on the past before it is saved.'}
        </p>
      </PageHead>
      <LinkStrip className={device.tabs} label="Of alerts" at={at}>
        <Link href="/alerts" className={device.tab} aria-current={at === 'alerts' ? 'page' : undefined}>
          Alerts
          {firing > 0 && <span className={device.count}>{countOf(firing)}</span>}
        </Link>
        <Link href="/alert-rules" className={device.tab} aria-current={at === 'rules' ? 'page' : undefined}>
          Rules
        </Link>
      </LinkStrip>
    </>
  );
}

export const countOf = (firing: number): string => (firing > COUNTED_MAX ? `${COUNTED_MAX}+` : String(firing));
