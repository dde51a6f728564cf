/** Shapes of operations and analyses, as JSON Schema. */
import { flag, listOf, mapOf, number, page, position, type Shape, shape, text, time, use, whole } from './shapes.js';

const anything: Shape = {};
const input = shape({ deviceId: text(), field: text({ description: 'A field, or a part of one: `acceleration.x`.' }) });
const anyTime: Shape = { oneOf: [text(), number] };

export const ANALYSIS_BODIES: Record<string, Shape> = {
  AnalysisBody: {
    ...shape(
      { operation: text() },
      {
        deviceId: text(),
        fields: listOf(text()),
        inputs: { ...listOf(input), description: 'Fields of several devices, instead of deviceId with fields.' },
        from: { ...anyTime, description: 'Inclusive; from the beginning when absent.' },
        to: { ...anyTime, description: 'Exclusive; all there is when absent.' },
        params: { type: 'object', additionalProperties: true, description: 'As the operation describes them.' },
        name: text(),
        standing: { ...flag, description: 'Goes on with every reading that comes.' },
      },
    ),
    example: { operation: 'moving-average', deviceId: 'greenhouse-1', fields: ['temperature'], params: { count: 10 } },
  },
};

const digest = text({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the model.' });

const parameter = shape(
  { name: text(), label: text(), description: text(), type: text() },
  {
    optional: flag,
    default: anything,
    min: number,
    max: number,
    unit: text(),
    choices: listOf(text()),
    minLength: whole,
    maxLength: whole,
  },
);

export const ANALYSES: Record<string, Shape> = {
  Operation: shape(
    {
      name: text(),
      label: text(),
      description: text(),
      operationVersion: whole,
      parameters: listOf(parameter),
      input: shape({ kind: text({ enum: ['number', 'location', 'vector'] }), fieldsMin: whole, fieldsMax: whole }),
      columns: listOf(shape({ name: text(), label: text(), kind: text() })),
      rows: text({ enum: ['each', 'ahead', 'own'] }),
      online: flag,
    },
    { source: text() },
  ),
  OperationList: page(use('Operation')),
  Analysis: shape(
    {
      analysisId: text(),
      operation: text(),
      status: text({ enum: ['queued', 'running', 'completed', 'failed', 'cancelled'] }),
      progress: { type: 'number', minimum: 0, maximum: 1 },
      restarts: whole,
      standing: flag,
      inputs: listOf(input),
      params: mapOf(anything),
      requestedAt: time,
      lineage: use('Lineage'),
    },
    {
      name: text(),
      phase: text({ enum: ['waiting', 'reading', 'computing', 'storing', 'following'] }),
      from: time,
      to: time,
      startedAt: time,
      finishedAt: time,
      error: text(),
      result: use('AnalysisResult'),
    },
  ),
  AnalysisList: page(use('Analysis')),
  ModelRef: shape({ modelId: text(), modelVersion: whole, digest }),
  Model: shape(
    {
      modelId: text(),
      modelVersion: whole,
      deviceId: text(),
      field: text(),
      purpose: text({ enum: ['forecast', 'anomalies'] }),
      trainedAt: time,
      analysisId: text({ description: 'The analysis that trained it.' }),
      used: { ...flag, description: 'Whether it did better in the back-test than what is used without it.' },
      note: text(),
      comparison: mapOf(anything),
      digest,
      operationVersion: whole,
      params: mapOf(anything),
      position,
      readings: whole,
      schemaVersions: listOf(whole),
    },
    { from: time, to: time, firstAt: time, lastAt: time },
  ),
  ModelList: page(use('Model')),
  AnalysisResult: shape(
    {
      series: listOf({
        ...shape({ deviceId: text(), field: text(), time: listOf(number) }),
        additionalProperties: true,
        description: 'And a column for each that the operation gives, as long as time.',
      }),
      summary: mapOf(anything),
    },
    { reduced: shape({ limit: whole, of: whole, advice: text() }) },
  ),
  Lineage: shape(
    {
      operation: text(),
      operationVersion: whole,
      params: mapOf(anything),
      position,
      inputs: listOf(
        shape(
          { deviceId: text(), field: text() },
          { from: time, to: time, readings: whole, firstAt: time, lastAt: time, schemaVersions: listOf(whole), model: use('ModelRef') },
        ),
      ),
    },
    { digest: text({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the result.' }) },
  ),
};
