/** Moments as date pickers hold them: local text in the chosen zone. */
import { DateTime } from 'luxon';

export const asLocal = (time: number, zone: string): string => DateTime.fromMillis(time, { zone }).toFormat('yyyy-MM-dd HH:mm:ss');

export function asMoment(text: string | null, zone: string): number | undefined {
  if (!text) return undefined;
  const moment = DateTime.fromSQL(text, { zone });
  return moment.isValid ? moment.toMillis() : undefined;
}
