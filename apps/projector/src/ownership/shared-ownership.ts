/** Shares the parts out among all projectors that are there: by rows of the view store, renewed each second. A projector that is not heard of for
 *  five seconds loses its parts to the others. All of this is about who works; that nothing counts twice is held by the checkpoints alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ViewStore } from '#ports';
import { acquire, forgetMembers, isFree, leaseOf, leave, partOfLease, readOwnership, release, renew, type Lease } from './leases.js';
import { Observed } from './observed.js';
import type { OpenOwnership, Ownership, PartHost } from './ownership.js';
import { rendezvous } from './rendezvous.js';

export interface SharedOwnershipConfig {
  views: ViewStore;
  /** This process, told apart from every other and from itself before a restart. */
  member: string;
  /** ms since epoch: only noted, for people who look. */
  now: () => number;
  warn: (details: object, message: string) => void;
  /** Tests go faster. */
  renewMs?: number;
  ttlMs?: number;
}

const RENEW_MS = 1_000;
const TTL_MS = 5_000;
/** A row of a member that is gone for good is of no use to anyone. */
const FORGET_AFTER_TTLS = 20;

export function shareParts(config: SharedOwnershipConfig): OpenOwnership {
  return async (host, parts) => {
    const ownership = new SharedOwnership(config, host, parts);
    await ownership.start();
    return ownership;
  };
}

class SharedOwnership implements Ownership {
  private readonly held = new Map<number, Lease>();
  /** Ours by the lease, and taken by the host. */
  private readonly taken = new Set<number>();
  private readonly observed = new Observed();
  private readonly stop = new AbortController();
  private renewedAt = -Infinity;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: SharedOwnershipConfig,
    private readonly host: PartHost,
    private readonly parts: number,
  ) {}

  async start(): Promise<void> {
    await this.turn();
    this.running = this.run();
  }

  holds(part: number): boolean {
    return this.taken.has(part) && performance.now() - this.renewedAt < this.ttlMs;
  }

  async holders(): Promise<ReadonlyMap<number, string>> {
    const { leases } = await readOwnership(this.config.views);
    return new Map(leases.filter((lease) => !isFree(lease)).map((lease) => [partOfLease(lease.name), markOf(lease)]));
  }

  mark(part: number): string | undefined {
    const lease = this.held.get(part);
    return lease && this.holds(part) ? markOf(lease) : undefined;
  }

  async close(): Promise<void> {
    const { views, member } = this.config;
    this.stop.abort();
    await this.running;
    await this.giveUp([...this.taken]);
    // Where the store is away others take over when they have waited.
    await release(views, member, [...this.held.values()]).catch(() => undefined);
    await leave(views, member).catch(() => undefined);
    this.held.clear();
  }

  private get ttlMs(): number {
    return this.config.ttlMs ?? TTL_MS;
  }

  private async run(): Promise<void> {
    for (;;) {
      await sleep(this.config.renewMs ?? RENEW_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
      if (this.stop.signal.aborted) return;
      try {
        await this.turn();
      } catch (error) {
        this.config.warn({ error: String(error) }, 'the parts of the projections could not be shared out; it is tried again');
        if (performance.now() - this.renewedAt >= this.ttlMs) await this.lose([...this.held.keys()]);
      }
    }
  }

  private async turn(): Promise<void> {
    await this.renew();
    const { views, member } = this.config;
    const { members, leases } = await readOwnership(views);
    const live = this.liveAmong(members);
    const silent = this.silentAmong(leases);
    const byPart = new Map(leases.map((lease) => [partOfLease(lease.name), lease]));
    const wanted = rendezvous(live, this.parts).flatMap((owner, part) => (owner === member ? [part] : []));
    await this.handOn([...this.held.keys()].filter((part) => !wanted.includes(part)));
    for (const part of wanted) {
      const lease = byPart.get(part);
      if (!this.held.has(part) && (!lease || isFree(lease) || silent.has(part))) await this.acquire(part, lease);
    }
    await this.take();
  }

  private async renew(): Promise<void> {
    const { views, member, now } = this.config;
    const beganAt = performance.now();
    const held = [...this.held.values()];
    const kept = new Set(await renew(views, { member, held, now: now(), ttlMs: this.ttlMs }));
    this.renewedAt = beganAt;
    await this.lose(held.filter(({ name }) => !kept.has(name)).map(({ name }) => partOfLease(name)));
  }

  /** Who has been heard of within the time, ourselves always. */
  private liveAmong(members: readonly { member: string; seen_at: number }[]): string[] {
    const now = performance.now();
    const silent = members.map(({ member, seen_at }) => ({
      member,
      ms: this.observed.unchangedMs(`member ${member}`, String(seen_at), now),
    }));
    const gone = silent.filter(({ ms }) => ms > FORGET_AFTER_TTLS * this.ttlMs).map(({ member }) => member);
    if (gone.length > 0) void forgetMembers(this.config.views, gone).catch(() => undefined);
    for (const member of gone) this.observed.forget(`member ${member}`);
    return silent.filter(({ member, ms }) => member === this.config.member || ms < this.ttlMs).map(({ member }) => member);
  }

  /** Parts whose owner has not renewed them for as long as they hold, since we first saw them like that. */
  private silentAmong(leases: readonly Lease[]): Set<number> {
    const now = performance.now();
    const silent = leases.filter((lease) => {
      const value = `${markOf(lease)} ${lease.expires_at}`;
      return this.observed.unchangedMs(lease.name, value, now) >= this.ttlMs;
    });
    return new Set(silent.map(({ name }) => partOfLease(name)));
  }

  private async acquire(part: number, seen: Lease | undefined): Promise<void> {
    const { views, member, now } = this.config;
    const lease = await acquire(views, leaseOf(part), seen, { member, now: now(), ttlMs: this.ttlMs });
    if (lease) this.held.set(part, lease);
  }

  private async take(): Promise<void> {
    const parts = [...this.held.keys()].filter((part) => !this.taken.has(part));
    if (parts.length === 0) return;
    for (const part of parts) this.taken.add(part);
    try {
      await this.host.take(parts);
    } catch (error) {
      for (const part of parts) this.taken.delete(part);
      throw error;
    }
  }

  /** To whoever should have them: after the step in hand. */
  private async handOn(parts: readonly number[]): Promise<void> {
    if (parts.length === 0) return;
    const leases = parts.map((part) => this.held.get(part)!);
    await this.giveUp(parts);
    for (const part of parts) this.held.delete(part);
    await release(this.config.views, this.config.member, leases);
  }

  /** They are somebody else's already. */
  private async lose(parts: readonly number[]): Promise<void> {
    for (const part of parts) this.held.delete(part);
    await this.giveUp(parts);
  }

  private async giveUp(parts: readonly number[]): Promise<void> {
    const taken = parts.filter((part) => this.taken.delete(part));
    if (taken.length > 0) await this.host.giveUp(taken);
  }
}

const markOf = ({ owner, epoch }: Lease): string => `${owner} ${epoch}`;
