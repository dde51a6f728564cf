import { describe, expect, it } from 'vitest';
import type { CommandEnvelope } from '#contracts';
import { judge, type Held } from './blame.js';

const held = (ticket: number, stream: string, more: Partial<Held> = {}): Held => ({
  envelope: { stream } as CommandEnvelope,
  ticket,
  order: ticket,
  resolve: () => undefined,
  retried: false,
  crashes: 0,
  blame: 0,
  ...more,
});

describe('the verdict after a thread died', () => {
  it('finds the command guilty whose code ran, and sends the others again', () => {
    const commands = [held(1, 'a'), held(2, 'b'), held(3, 'a')];
    const verdict = judge({ held: commands, deciding: 2, alone: undefined });
    expect(verdict.culprit).toBe(commands[1]);
    expect(verdict.again).toEqual([commands[0], commands[2]]);
    expect(verdict.alone).toEqual([]);
    expect(commands.map(({ blame, crashes }) => [blame, crashes])).toEqual([
      [0, 0],
      [1, 0],
      [0, 0],
    ]);
  });

  it('finds a command guilty that was the only one', () => {
    const only = held(1, 'a');
    expect(judge({ held: [only], deciding: undefined, alone: undefined }).culprit).toBe(only);
  });

  it('blames nobody for the first death without a trace', () => {
    const commands = [held(1, 'a'), held(2, 'b')];
    const verdict = judge({ held: commands, deciding: undefined, alone: undefined });
    expect(verdict).toEqual({ again: commands, alone: [], culprit: undefined });
    expect(commands.map(({ blame }) => blame)).toEqual([0, 0]);
  });

  it('tries alone, entity by entity, who was present twice', () => {
    const [twice, also, once] = [held(1, 'a', { crashes: 1 }), held(2, 'b', { crashes: 1 }), held(3, 'a')];
    const same = held(4, 'a', { crashes: 1 });
    const verdict = judge({ held: [twice, also, once, same], deciding: undefined, alone: undefined });
    expect(verdict).toEqual({ again: [once], alone: [[twice, same], [also]], culprit: undefined });
  });

  it('tries one by one the commands of an entity that killed alone', () => {
    const [first, second, stuck] = [held(1, 'a'), held(2, 'a'), held(3, 'b')];
    const verdict = judge({ held: [first, second, stuck], deciding: undefined, alone: [first, second] });
    expect(verdict).toEqual({ again: [stuck], alone: [[first], [second]], culprit: undefined });
  });

  it('finds guilty who was tried alone, not what did not end beside it', () => {
    const [suspect, stuck] = [held(1, 'a'), held(2, 'b')];
    const verdict = judge({ held: [suspect, stuck], deciding: undefined, alone: [suspect] });
    expect(verdict.culprit).toBe(suspect);
    expect(verdict.again).toEqual([stuck]);
  });

  it('keeps the rest of a group together when one of it is found guilty', () => {
    const [culprit, second, third] = [held(1, 'a'), held(2, 'a'), held(3, 'a')];
    const verdict = judge({ held: [culprit, second, third], deciding: 1, alone: [culprit, second, third] });
    expect(verdict).toEqual({ again: [], alone: [[second, third]], culprit });
  });
});
