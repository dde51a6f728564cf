import { expect, it } from 'vitest';
import type { ProjectionProgressedMessage, ProjectionView } from '#contracts';
import type { Credential } from '../admission/credentials.js';
import { OperatorFeed } from './operator-feed.js';

const quiet = { info() {}, warn() {}, error() {} };

it('reads once for all who operate, not at all for others, and shows each what is its own', async () => {
  let reads = 0;
  const watching: { credential: Credential; isOperator: boolean; tellOperator(messages: ProjectionProgressedMessage[]): void }[] = [];
  const told: [string, ProjectionProgressedMessage[]][] = [];
  const connect = (accountId: string, isOperator: boolean) =>
    watching.push({ credential: { accountId } as Credential, isOperator, tellOperator: (messages) => told.push([accountId, messages]) });
  const projections = {
    all: async () => (reads++, [{ name: 'ledger', generation: 1, position: '7', parts: [] } as unknown as ProjectionView]),
    shown: (view: ProjectionView, accountId: string) => ({ ...view, position: `${view.position} for ${accountId}` }),
  };
  const sut = new OperatorFeed(projections, () => watching, quiet);
  connect('a0', false);
  await sut.tell();
  expect(reads).toBe(0);
  connect('a1', true);
  connect('a2', true);
  await sut.tell();
  expect(reads).toBe(1);
  expect(told).toMatchObject([
    ['a1', [{ name: 'ledger', generation: 1, position: '7 for a1' }]],
    ['a2', [{ position: '7 for a2' }]],
  ]);
  expect(told[0]![1][0]).not.toHaveProperty('parts');
});
