/** Everything at once, from a seed: whatever the log does, the answers and the log tell the same story. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { Fault } from '../../support/actors/faulty-log.js';
import { expectStoredOnce } from '../../support/actors/host-fixture.js';
import { tallyCommand } from '../../support/actors/tally.behaviour.js';
import type { OpenFixture } from './actor-host.contract.js';

const faults = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fault>('pass') },
    { weight: 1, arbitrary: fc.constantFrom<Fault>('lost-before', 'lost-after', 'intruder') },
  ),
  { maxLength: 80 },
);
const orders = fc.array(
  fc.record({ entity: fc.integer({ min: 0, max: 5 }), twice: fc.boolean(), remembered: fc.boolean(), pause: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 80,
  },
);

export function stormContract(open: OpenFixture): void {
  describe('whatever the log does', () => {
    it('stores each acknowledged command exactly once, where its answer says', async () => {
      await fc.assert(
        fc.asyncProperty(faults, orders, async (planned, told) => {
          const { host, log } = await open({
            limits: { appendTries: 100, snapshotEveryEvents: 7, entitiesMax: 3, backOffFirstMs: 0 },
            workers: 1,
          });
          log.faults.push(...planned);
          const answers: { envelope: CommandEnvelope; answer: Promise<CommandAnswer> }[] = [];
          for (const [i, { entity, twice, remembered, pause }] of told.entries()) {
            const envelope = tallyCommand(
              `${entity}`,
              { op: twice ? 'add-twice' : 'add', amount: 1 },
              { commandId: `s${i}`, ...(remembered && { bodyHash: 'h' }) },
            );
            answers.push({ envelope, answer: host.dispatch([envelope])[0]! });
            if (remembered && twice) answers.push({ envelope, answer: host.dispatch([envelope])[0]! });
            if (pause) await answers.at(-1)!.answer;
          }
          const settled = await Promise.all(answers.map(async ({ envelope, answer }) => ({ envelope, answer: await answer })));
          await expectStoredOnce(log, settled);
          await host.close();
        }),
        { numRuns: 40, seed: 20_260_501 },
      );
    });
  });
}
