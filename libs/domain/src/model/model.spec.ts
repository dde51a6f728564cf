import { describe, it, expect } from 'vitest';
import type { ModelEvent, RegisterModel } from '#contracts';
import { fold, given } from '../kernel/testing/index.js';
import { answerForModel, freezeModel, modelDecider, thawModel } from './model.js';

const sut = { decider: modelDecider, freeze: freezeModel, thaw: thawModel };

const trained = (analysisId: string): RegisterModel['data'] => ({
  ...{ accountId: 'a1', modelId: 'm1', deviceId: 'd1', field: 'temperature', purpose: 'forecast', analysisId, operationVersion: 1 },
  ...{ params: { seed: 1 }, position: 9, input: { readings: 700, schemaVersions: [1] }, digest: 'abc' },
  ...{ used: true, comparison: { classical: 2, withNetwork: 1 }, note: 'it is used' },
});
const register = (analysisId: string): RegisterModel => ({ type: 'RegisterModel', data: trained(analysisId) });
const registered = (analysisId: string, modelVersion: number): ModelEvent => ({
  type: 'ModelRegistered',
  data: { ...trained(analysisId), modelVersion },
});

describe('a model', () => {
  it('gets a version with each training', () => {
    given(sut)
      .when(register('n1'))
      .then([registered('n1', 1)]);
    given(sut, [registered('n1', 1)])
      .when(register('n2'))
      .then([registered('n2', 2)]);
  });

  it('gets one version of one training, however often it is told', () => {
    given(sut, [registered('n1', 1), registered('n2', 2)])
      .when(register('n1'))
      .thenNothing();
  });

  it('remembers only so many trainings', () => {
    const many = Array.from({ length: 200 }, (_, at) => registered(`n${at}`, at + 1));
    expect(JSON.stringify(freezeModel(fold(sut, many))).length).toBeLessThan(1_000);
    given(sut, many).when(register('n199')).thenNothing();
  });

  it('answers which version it is at', () => {
    expect(answerForModel(register('n2'), [], fold(sut, [registered('n1', 1), registered('n2', 2)]))).toEqual({ modelVersion: 2 });
  });
});
