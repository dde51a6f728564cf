/** A page that throws says so and offers a way on, instead of going white. */
import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** What is shown: once it is something else, that is tried. */
  of?: string;
}

interface Broken {
  error?: Error;
  of?: string;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, Broken> {
  override state: Broken = {};

  static getDerivedStateFromError(error: Error): Broken {
    return { error };
  }

  static getDerivedStateFromProps({ of }: ErrorBoundaryProps, state: Broken): Broken | null {
    return of === state.of ? null : { error: undefined, of };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <div style={{ maxWidth: 560, margin: '12vh auto', padding: 24, display: 'grid', gap: 12, justifyItems: 'start' }} role="alert">
        <h1>This page broke</h1>
        <p>Nothing you sent is affected; only its display failed. Loading the page again normally helps.</p>
        <Button onClick={() => location.reload()}>Load the page again</Button>
        <details>
          <summary>What went wrong</summary>
          <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', color: 'var(--ink-3)' }}>{this.state.error.message}</pre>
        </details>
      </div>
    );
  }
}
