/** A snapshot's text: the frozen state, and by which event the log must bear it out. */
import type { RecordedEvent } from '#contracts';
import type { Snapshot } from '#ports';
import type { AnyBehaviour } from './behaviour.js';
import type { Entity } from './entity.js';

export interface ThawedSnapshot {
  revision: number;
  position: number;
  recordedAt: number;
  state: unknown;
}

export function freezeSnapshot(entity: Entity): string {
  const { position, recordedAt, behaviour, state } = entity;
  return JSON.stringify({ position, recordedAt, state: behaviour.freeze(state) });
}

/** Undefined where it cannot be read: a snapshot only saves time. */
export function thawSnapshot(behaviour: AnyBehaviour, snapshot: Snapshot): ThawedSnapshot | undefined {
  try {
    const { position, recordedAt, state } = JSON.parse(snapshot.state) as Omit<ThawedSnapshot, 'revision'>;
    return { revision: snapshot.revision, position, recordedAt, state: behaviour.thaw(state) };
  } catch {
    return undefined;
  }
}

export function bearsOut(last: RecordedEvent | undefined, snapshot: ThawedSnapshot): boolean {
  return (
    last !== undefined &&
    last.revision === snapshot.revision &&
    last.position === snapshot.position &&
    last.metadata.recordedAt === snapshot.recordedAt
  );
}
