/** The session of the page: where it ends under an open page, what is asked waits until somebody signs in again. */

type State = 'none' | 'open' | 'ended';

export class Session {
  private state: State = 'none';
  private readonly waiting = new Set<(renewed: boolean) => void>();
  private readonly watchers = new Set<() => void>();

  readonly hasEnded = (): boolean => this.state === 'ended';

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Somebody is signed in. */
  began(): void {
    this.become('open', true);
  }

  /** Nobody is, by their own will. */
  left(): void {
    this.become('none', false);
  }

  /** A request was refused for want of a session: true once it can be sent again, false where nobody was signed in. */
  renewed(): Promise<boolean> {
    if (this.state === 'none') return Promise.resolve(false);
    return new Promise((resolve) => {
      this.waiting.add(resolve);
      this.become('ended');
    });
  }

  private become(state: State, renewed?: boolean): void {
    const settled = renewed === undefined ? [] : [...this.waiting];
    if (renewed !== undefined) this.waiting.clear();
    const changed = this.state !== state;
    this.state = state;
    for (const settle of settled) settle(renewed ?? false);
    if (changed) for (const watcher of this.watchers) watcher();
  }
}

export const session = new Session();
