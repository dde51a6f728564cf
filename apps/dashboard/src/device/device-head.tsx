/** Who this is and whether it is alive: name, id, tags, last seen, and a word when its clock is wrong. */
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { tagsShown } from '../devices/names.js';
import { PageHead } from '../ui/page-head.js';
import { duration } from '../time/format.js';
import { useDevicePage, useSeenAt } from './device-context.js';
import { DescribeDialog } from './describe-dialog.js';
import { RetireDialog } from './retire-dialog.js';
import { LastSeen } from './last-seen.js';
import css from './device.module.css';

/** Below this, network and batching explain the difference between the two clocks. */
const SKEW_SHOWN_MS = 120_000;

export function DeviceHead() {
  const { device } = useDevicePage();
  const seenAt = useSeenAt();
  const [open, setOpen] = useState<'describe' | 'retire' | undefined>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Link href="/" className={css.crumb}>
        ← Devices
      </Link>
      <PageHead
        title={device.name}
        actions={
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="default" size="lg" aria-label="Change this device">
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setOpen('describe')}>
                Name and tags
              </Menu.Item>
              <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => setOpen('retire')}>
                Retire this device
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        }
      >
        <div className={css.facts}>
          <span className="mono">{device.deviceId}</span>
          <LastSeen at={seenAt} prefix="Last seen " />
          <Skew seenAt={device.lastSeenAt} readingAt={device.lastReadingAt} />
          {tagsShown(device).map(([name, value]) => (
            <span key={name} className={css.tag}>
              {name}: {value}
            </span>
          ))}
        </div>
      </PageHead>
      {open === 'describe' && <DescribeDialog close={close} />}
      {open === 'retire' && <RetireDialog close={close} />}
    </>
  );
}

function Skew({ seenAt, readingAt }: { seenAt?: string; readingAt?: string }) {
  if (!seenAt || !readingAt) return null;
  const ahead = Date.parse(readingAt) - Date.parse(seenAt);
  // Old data sent today is history, not a wrong clock; data from the future can only be a wrong clock.
  if (ahead < SKEW_SHOWN_MS) return null;
  return <span className={css.skew}>Its clock is {duration(ahead)} ahead</span>;
}
