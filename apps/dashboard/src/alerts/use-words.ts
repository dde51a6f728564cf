/** The words of the schemas, for what is said of alerts. */
import type { AlertRule } from '#contracts';
import { useCallback } from 'react';
import { useAllDevices } from '../api/queries.js';
import { causeText } from './cause-text.js';
import { looksAt } from './looks-at.js';
import { wordsOf, type Words } from './part-words.js';
import { conditionText } from './words.js';

/** Words for what concerns a device, and the others that are mentioned. */
export function useWords(): (deviceId: string, isMentioned?: (deviceId: string) => boolean) => Words {
  const devices = useAllDevices().data;
  return useCallback((deviceId, isMentioned = () => false) => wordsOf(devices ?? [], deviceId, isMentioned), [devices]);
}

export function useCauseText(): (alert: { deviceId: string; cause: string }) => string {
  const words = useWords();
  return useCallback(
    ({ deviceId, cause }) =>
      causeText(
        cause,
        words(deviceId, (other) => cause.includes(`${other} `)),
      ),
    [words],
  );
}

/** What a rule looks for. Of several devices, each may word and measure it otherwise: then fields are named as they are stored. */
export function useConditionText(): (rule: AlertRule) => string {
  const words = useWords();
  return useCallback(
    ({ condition, devices: { deviceIds = [], tags } }) => {
      const [only] = deviceIds.length === 1 && !tags ? deviceIds : [];
      if (only === undefined) return conditionText(condition);
      const looked = looksAt(condition, only).map(({ deviceId }) => deviceId);
      return conditionText(
        condition,
        words(only, (deviceId) => looked.includes(deviceId)),
      );
    },
    [words],
  );
}
