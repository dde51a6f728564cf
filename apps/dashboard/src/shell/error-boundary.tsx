/** A page that throws says so and offers a way on, instead of going white. */
import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';

export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <main style={{ maxWidth: 560, margin: '18vh auto', padding: 24, display: 'grid', gap: 12 }} role="alert">
        <h1>This page broke</h1>
        <p>Nothing you sent is affected; only its display failed. Loading the page again normally helps.</p>
        <pre style={{ whiteSpace: 'pre-wrap', color: 'var(--ink-3)' }}>{this.state.error.message}</pre>
        <Button onClick={() => location.reload()} style={{ justifySelf: 'start' }}>
          Load the page again
        </Button>
      </main>
    );
  }
}
