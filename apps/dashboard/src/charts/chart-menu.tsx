/** What else one does with the chart of a field: watch it by a rule, take it along. */
import type { FieldSchema } from '#contracts';
import { ActionIcon, Menu } from '@mantine/core';
import { IconBell, IconDots, IconDownload, IconPhotoDown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLocation } from 'wouter';
import { downloadCsv } from '../api/download-csv.js';
import { useDevicePage } from '../device/device-context.js';
import { pictureOfCanvas, savePicture } from '../results/save-picture.js';
import { labelOf } from '../schema/values.js';
import { minuteTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { fileName } from '../ui/save-file.js';
import { useCanvasTheme } from './theme.js';

export function ChartMenu({ name, field }: { name: string; field: FieldSchema }) {
  const { device, bounds } = useDevicePage();
  const [, go] = useLocation();
  const { zone } = useZone();
  const theme = useCanvasTheme();
  const button = useRef<HTMLButtonElement>(null);
  const label = labelOf(name, field);
  const picturing = useMutation({
    mutationFn: async () => {
      const canvas = button.current?.closest('section')?.querySelector<HTMLCanvasElement>('canvas[role="img"]');
      const { from, to } = bounds();
      const caption = { title: `${label} of ${device.name}`, about: `${minuteTime(from, zone)} – ${minuteTime(to, zone)} (${zone})` };
      if (canvas) await savePicture(pictureOfCanvas(canvas), caption, theme, fileName(`${device.deviceId} ${name}`));
    },
  });
  const saving = useMutation({
    mutationFn: () =>
      downloadCsv({ deviceId: device.deviceId, ...bounds(), tz: zone, onProgress: () => undefined, signal: new AbortController().signal }),
  });
  const hasLine = field.type === 'number' || field.type === 'integer' || field.type === 'vector';
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          ref={button}
          size="sm"
          variant="subtle"
          color="gray"
          loading={picturing.isPending || saving.isPending}
          aria-label={`More on ${label}`}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconBell size={16} />} onClick={() => go(alertOn(device.deviceId, name, field, bounds()))}>
          Alert on this field
        </Menu.Item>
        {hasLine && (
          <Menu.Item leftSection={<IconPhotoDown size={16} />} onClick={() => picturing.mutate()}>
            Save the chart as PNG
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => saving.mutate()}>
          Save the readings as CSV
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The editor, on this field, over the time that is shown; the bound is found there. */
function alertOn(deviceId: string, name: string, field: FieldSchema, { from, to }: { from: number; to: number }): string {
  const query = new URLSearchParams({ device: deviceId, from: String(Math.round(from)), to: String(Math.round(to)) });
  if (field.type === 'location') query.set('type', 'geofence');
  if (field.type === 'string' || field.type === 'enum') query.set('type', 'no-data');
  query.set('field', field.type === 'vector' ? `${name}.${field.axes[0] ?? ''}` : name);
  return `/alert-rules/new?${query.toString()}`;
}
