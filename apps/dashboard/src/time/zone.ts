/** The time zone in which every time on the page is shown: chosen here, kept in this browser, followed by all. */
import { createContext, useContext } from 'react';

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export const zoneNames = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')];

const KEY = 'thingsio.zone';

export function storedZone(): string {
  try {
    const zone = localStorage.getItem(KEY);
    if (zone && isZone(zone)) return zone;
  } catch {
    // Storage may be blocked: the browser's zone it is.
  }
  return browserZone();
}

export function storeZone(zone: string): void {
  try {
    localStorage.setItem(KEY, zone);
  } catch {
    // As above: it then holds until the page is left.
  }
}

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
