import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnalysisCommand, AnalysisEvent } from '#contracts';
import { fold, given, NOW } from '../kernel/testing/index.js';
import { analysisDecider, answerForAnalysis, freezeAnalysis, thawAnalysis } from './analysis.js';

const sut = { decider: analysisDecider, freeze: freezeAnalysis, thaw: thawAnalysis };

const asked = {
  accountId: 'a1',
  analysisId: 'n1',
  operation: 'moving-average',
  operationVersion: 1,
  inputs: [{ deviceId: 'd1', field: 'temperature' }],
  params: { count: 5 },
};
const outcome = { digest: 'abc', rows: 2, summary: {}, position: 9, inputs: [{ readings: 2, schemaVersions: [1] }] };

const request: AnalysisCommand = { type: 'RequestAnalysis', data: asked };
const complete: AnalysisCommand = { type: 'CompleteAnalysis', data: outcome };
const fail: AnalysisCommand = { type: 'FailAnalysis', data: { message: 'too few readings' } };
const cancel: AnalysisCommand = { type: 'CancelAnalysis', data: {} };
const discard: AnalysisCommand = { type: 'DiscardAnalysis', data: {} };

const requested: AnalysisEvent = { type: 'AnalysisRequested', data: asked };
const completed: AnalysisEvent = { type: 'AnalysisCompleted', data: outcome };
const failed: AnalysisEvent = { type: 'AnalysisFailed', data: { message: 'too few readings' } };
const cancelled: AnalysisEvent = { type: 'AnalysisCancelled', data: {} };
const discarded: AnalysisEvent = { type: 'AnalysisDiscarded', data: {} };

describe('an analysis', () => {
  it('is asked for once', () => {
    given(sut).when(request).then([requested]);
    given(sut, [requested]).when(request).thenNothing();
    given(sut, [requested, completed]).when(request).thenNothing();
  });

  it.each([complete, fail, cancel, discard])('is unknown to $type before it is asked for, and once it is discarded', (command) => {
    given(sut).when(command).thenRefused('analysis.unknown');
    const after = given(sut, [requested, completed, discarded]).when(command);
    if (command === discard) after.thenNothing();
    else after.thenRefused('analysis.unknown');
  });

  it.each([
    [complete, completed],
    [fail, failed],
    [cancel, cancelled],
  ] as const)('ends by $type, once', (command, event) => {
    given(sut, [requested]).when(command).then([event]);
  });

  it('stays as whoever came first ended it', () => {
    given(sut, [requested, cancelled]).when(complete).thenRefused('analysis.ended');
    given(sut, [requested, completed]).when(cancel).thenRefused('analysis.ended');
    given(sut, [requested, failed]).when(cancel).thenRefused('analysis.ended');
    given(sut, [requested, failed]).when(complete).thenRefused('analysis.ended');
    given(sut, [requested, cancelled]).when(cancel).thenNothing();
  });

  it('takes the same result twice, and no other', () => {
    given(sut, [requested, completed]).when(complete).thenNothing();
    given(sut, [requested, completed])
      .when({ ...complete, data: { ...outcome, digest: 'other' } })
      .thenRefused('analysis.ended');
  });

  it('is discarded only once it has ended', () => {
    given(sut, [requested]).when(discard).thenRefused('analysis.under-way');
    given(sut, [requested, failed]).when(discard).then([discarded]);
  });

  it('answers how it stands', () => {
    expect(answerForAnalysis(request, [], fold(sut, [requested]))).toEqual({ status: 'requested' });
    expect(answerForAnalysis(cancel, [], fold(sut, [requested, cancelled]))).toEqual({ status: 'cancelled' });
  });

  it('ends at most once and is discarded at most once, whatever it is told', () => {
    const commands = fc.array(fc.constantFrom(request, complete, fail, cancel, discard), { maxLength: 30 });
    fc.assert(
      fc.property(commands, (told) => {
        let state = analysisDecider.initial;
        const events: AnalysisEvent[] = [];
        for (const command of told) {
          const decision = analysisDecider.decide(state, { command, commandId: 'c', now: NOW });
          for (const event of decision.kind === 'accept' ? decision.events : []) {
            state = analysisDecider.evolve(state, { event, commandId: 'c', recordedAt: NOW, revision: events.length });
            events.push(event);
          }
        }
        const types = events.map(({ type }) => type);
        const order = [[], ['AnalysisRequested'], [...types.slice(0, 2)], [...types.slice(0, 2), 'AnalysisDiscarded']][types.length];
        expect(types).toEqual(order);
        if (types.length > 1) expect(['AnalysisCompleted', 'AnalysisFailed', 'AnalysisCancelled']).toContain(types[1]);
      }),
    );
  });
});
