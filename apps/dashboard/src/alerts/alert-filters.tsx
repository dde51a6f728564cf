/** Which alerts are shown: kept in the address, so that a view can be passed on. */
import type { AlertRuleView, AlertView, Severity } from '#contracts';
import { SEVERITIES } from '#contracts';
import { Button, Select } from '@mantine/core';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { AlertFilter } from '../api/alerts.js';
import { useAllDevices } from '../api/queries.js';
import css from './alerts.module.css';

const STATES: Record<AlertView['state'], string> = { firing: 'firing now', cleared: 'cleared' };

/** As the address has them. */
const NAMES = { state: 'state', severity: 'severity', deviceId: 'device', ruleId: 'rule' } as const;

export function useAlertFilter(): { filter: AlertFilter; change: (part: { [K in keyof AlertFilter]: string | null }) => void } {
  const [query, setQuery] = useSearchParams();
  const text = query.toString();
  const filter = useMemo(() => {
    const given = new URLSearchParams(text);
    const [state, severity, deviceId, ruleId] = Object.values(NAMES).map((name) => given.get(name));
    return {
      ...(state && state in STATES && { state: state as AlertView['state'] }),
      ...(SEVERITIES.includes(severity as Severity) && { severity: severity as Severity }),
      ...(deviceId && { deviceId }),
      ...(ruleId && { ruleId }),
    };
  }, [text]);
  const change = (part: { [K in keyof AlertFilter]: string | null }): void =>
    setQuery((now) => {
      const next = new URLSearchParams(now);
      for (const [member, value] of Object.entries(part)) {
        const name = NAMES[member as keyof AlertFilter];
        if (value) next.set(name, value);
        else next.delete(name);
      }
      return next;
    });
  return { filter, change };
}

export function AlertFilters({ rules }: { rules: readonly AlertRuleView[] }) {
  const { filter, change } = useAlertFilter();
  const devices = useAllDevices();
  const shared = {
    clearable: true,
    checkIconPosition: 'right',
    comboboxProps: { width: 'max-content', position: 'bottom-start' },
  } as const;
  const offered = devices.data?.map(({ deviceId, name }) => ({
    value: deviceId,
    label: name === deviceId ? name : `${name} (${deviceId})`,
  }));
  return (
    <div className={css.filters} role="group" aria-label="Which alerts">
      <Select
        {...shared}
        aria-label="State"
        placeholder="Any state"
        data={Object.entries(STATES).map(([value, label]) => ({ value, label }))}
        value={filter.state ?? null}
        onChange={(state) => change({ state })}
      />
      <Select
        {...shared}
        aria-label="Severity"
        placeholder="Any severity"
        data={[...SEVERITIES]}
        value={filter.severity ?? null}
        onChange={(severity) => change({ severity })}
      />
      <Select
        {...shared}
        aria-label="Device"
        placeholder="Any device"
        data={withChosen(offered ?? [], filter.deviceId)}
        value={filter.deviceId ?? null}
        onChange={(deviceId) => change({ deviceId })}
        searchable
        limit={100}
        nothingFoundMessage="No such device"
      />
      <Select
        {...shared}
        aria-label="Rule"
        placeholder="Any rule"
        data={withChosen(
          rules.map(({ ruleId, rule }) => ({ value: ruleId, label: rule.name })),
          filter.ruleId,
        )}
        value={filter.ruleId ?? null}
        onChange={(ruleId) => change({ ruleId })}
        searchable
        limit={100}
        nothingFoundMessage="No such rule"
      />
      {Object.keys(filter).length > 0 && (
        <Button size="sm" variant="subtle" onClick={() => change({ state: null, severity: null, deviceId: null, ruleId: null })}>
          All alerts
        </Button>
      )}
    </div>
  );
}

/** A device or rule that is no longer there may still have alerts. */
const withChosen = (offered: { value: string; label: string }[], chosen: string | undefined): { value: string; label: string }[] =>
  chosen === undefined || offered.some(({ value }) => value === chosen) ? offered : [...offered, { value: chosen, label: chosen }];
