/** Whether what is on the page is live; and, when the browser is offline, what that means. */
import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useConnection } from '../live/use-live.js';
import type { ConnectionState } from '../live/socket.js';
import css from './shell.module.css';

const TEXT: Record<ConnectionState, [label: string, explanation: string]> = {
  idle: ['', ''],
  connecting: ['Connecting', 'The live connection is being opened.'],
  live: ['Live', 'Readings appear here as they arrive.'],
  reconnecting: ['Reconnecting', 'The live connection was lost. What arrives meanwhile is shown when it is back.'],
  refused: ['Not live', 'The service refused a live connection; load the page again to see newer readings.'],
};

export function ConnectionMark() {
  const state = useConnection();
  const [label, explanation] = TEXT[state];
  return (
    <Tooltip label={explanation} disabled={!explanation} multiline maw={280}>
      <span className={css.connection} data-state={state} role="status" data-testid="connection">
        {label && <i aria-hidden />}
        <span className={css.connectionText}>{label}</span>
      </span>
    </Tooltip>
  );
}

export function OfflineBanner() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine);
    addEventListener('online', update);
    addEventListener('offline', update);
    return () => {
      removeEventListener('online', update);
      removeEventListener('offline', update);
    };
  }, []);
  if (online) return null;
  return (
    <div className={css.offline} role="alert">
      This browser is offline. What you see may be old; it goes on by itself when the connection is back.
    </div>
  );
}
