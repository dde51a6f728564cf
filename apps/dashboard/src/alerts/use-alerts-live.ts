/** Keeps every list and page of alerts as it is: what is raised, cleared or changed is read again at once. */
import { alertsMoved } from '../api/alerts.js';
import { useAccountLive } from '../live/use-live.js';

export function useAlertsLive(): void {
  useAccountLive('alert.raised', alertsMoved);
  useAccountLive('alert.cleared', alertsMoved);
  useAccountLive('alert.changed', alertsMoved);
}
