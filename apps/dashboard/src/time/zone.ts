/** The time zone in which every time on the page is shown: chosen here, kept in this browser, followed by all. */
import { createContext, useContext } from 'react';
import { keptText } from '../ui/kept-text.js';

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export const zoneNames = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')];

const kept = keptText('thingsio.zone');

export function storedZone(): string {
  const zone = kept.read();
  return zone && isZone(zone) ? zone : browserZone();
}

/** Where it is not kept, it holds until the page is left. */
export const storeZone = (zone: string): void => void kept.write(zone);

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export interface ZoneChoice {
  zone: string;
  choose: (zone: string) => void;
}

export const ZoneContext = createContext<ZoneChoice>({ zone: 'UTC', choose: () => undefined });
export const useZone = (): ZoneChoice => useContext(ZoneContext);

/** `+02:00` at the given moment. */
export function offsetOf(zone: string, time: number): string {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(time)
    .find((part) => part.type === 'timeZoneName')?.value;
  return name === 'GMT' || !name ? '+00:00' : name.replace('GMT', '');
}
