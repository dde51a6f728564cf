/** All devices of the account, with what each says right now. */
import type { DeviceView } from '#contracts';
import { Button, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useDevices } from '../api/queries.js';
import { DeviceRow } from '../devices/device-row.js';
import { FirstSteps } from '../devices/first-steps.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { counted } from '../ui/number-text.js';
import frame from '../ui/rows.module.css';
import css from '../devices/devices.module.css';

/** Rows past these are not drawn until asked for: nobody scrolls through a thousand devices, one searches. */
const ROWS_STEP = 60;

export default function DevicesPage() {
  const [, go] = useLocation();
  const devices = useDevices();
  const [search, setSearch] = useState('');
  const [rows, setRows] = useState(ROWS_STEP);
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const all = useMemo(() => devices.data?.pages.flatMap((page) => page.items) ?? [], [devices.data]);
  const found = useMemo(() => all.filter((device) => matches(device, wanted)), [all, wanted]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = devices;
  useEffect(() => {
    // A search must find what is on later pages too.
    if (wanted && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [wanted, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (devices.isPending) return <PageLoading />;
  if (devices.error) return <ProblemNote error={devices.error} retry={() => void devices.refetch()} />;
  const add = (
    <Button leftSection={<IconPlus size={17} />} onClick={() => go('/devices/new')}>
      Add a device
    </Button>
  );
  if (all.length === 0) {
    return (
      <>
        <PageHead title="Devices" actions={add}>
          <p>None yet. A device is anything that sends readings: a sensor, a machine, a script.</p>
        </PageHead>
        <FirstSteps />
      </>
    );
  }
  return (
    <>
      <PageHead title="Devices" actions={add}>
        <p className="num">{hasNextPage ? `More than ${counted(all.length, 'device')}` : counted(all.length, 'device')}</p>
      </PageHead>
      <TextInput
        className={css.search}
        leftSection={<IconSearch size={17} />}
        placeholder="Name, id, tag or field"
        aria-label="Search devices"
        type="search"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ul className={frame.list} aria-label="Devices">
        {found.slice(0, rows).map((device) => (
          <DeviceRow key={device.deviceId} device={device} />
        ))}
      </ul>
      {found.length === 0 && (
        <p className={css.none}>
          {isFetchingNextPage ? (
            'Searching…'
          ) : (
            <>
              No device matches “{search}”. <Link href="/devices/new">Add one?</Link>
            </>
          )}
        </p>
      )}
      {(found.length > rows || (!wanted && hasNextPage)) && (
        <Button
          variant="default"
          mt="md"
          loading={isFetchingNextPage}
          onClick={() => {
            setRows(rows + ROWS_STEP);
            if (found.length <= rows + ROWS_STEP && hasNextPage) void fetchNextPage();
          }}
        >
          Show more devices
        </Button>
      )}
    </>
  );
}

function matches(device: DeviceView, wanted: string): boolean {
  if (!wanted) return true;
  const tags = Object.entries(device.tags).map(([name, value]) => `${name}:${value}`);
  return [device.name, device.deviceId, ...tags, ...Object.keys(device.schema.fields)].some((text) => text.toLowerCase().includes(wanted));
}
