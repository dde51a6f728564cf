/** Stands where a part of the page is on its way, and says so when it cannot come. */
import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { PageLoading } from '../ui/page-loading.js';
import { parts } from './late-part.js';
import ui from '../ui/ui.module.css';

export function PartLoading() {
  const waiting = useSyncExternalStore(parts.watch, parts.isWaiting);
  if (!waiting) return <PageLoading />;
  return (
    <div className={ui.empty} role="alert">
      <strong>This page could not be loaded: no connection.</strong>
      <p>It comes by itself as soon as the connection is back.</p>
      <Button size="xs" variant="default" onClick={parts.tryAgain}>
        Try again
      </Button>
    </div>
  );
}
