/** Devices as people know them: by their names, in the order of these. */
import type { DeviceView } from '#contracts';
import { useMemo } from 'react';
import { useAllDevices } from '../api/queries.js';

/** The name of a device; its id where it is not known, or no longer there. */
export function useDeviceNames(): (deviceId: string) => string {
  const devices = useAllDevices().data;
  return useMemo(() => {
    const names = new Map(devices?.map(({ deviceId, name }) => [deviceId, name]));
    return (deviceId) => names.get(deviceId) ?? deviceId;
  }, [devices]);
}

/** What import remembers of its file, so that it is not taken in twice; it says nothing of the device. */
const OF_IMPORT = new Set(['importedFrom', 'importDigest']);

export const tagsShown = ({ tags }: Pick<DeviceView, 'tags'>): [name: string, value: string][] =>
  Object.entries(tags).filter(([name]) => !OF_IMPORT.has(name));
