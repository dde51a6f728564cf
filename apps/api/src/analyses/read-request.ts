/** Reads what is asked for: refuses, naming the parameter, what no worker could compute. */
import { Inject, Injectable } from '@nestjs/common';
import type { AnalysisInput, AnalysisRequested, JsonObject } from '#contracts';
import { parseTime } from '#domain';
import { ViewStore } from '#ports';
import { ModelNeededError, OperationError, operationOf, OPERATIONS, readParameters, type Operation } from '#timeseries';
import { Devices } from '../commands/shared/devices.js';
import type { AnalysisBody } from '../doors/rest/dto/bodies.js';
import { refuse } from '../doors/rest/problem-error.js';
import { KnownParts } from '../queries/shared/known-parts.js';
import { badParameter } from '../queries/shared/parameters.js';
import type { Part } from '../queries/shared/parts.js';
import { operationVersionOf } from './operations.js';

export type Wish = Omit<AnalysisRequested['data'], 'accountId' | 'analysisId'>;

@Injectable()
export class AnalysisWishes {
  constructor(
    @Inject(Devices) private readonly devices: Devices,
    @Inject(KnownParts) private readonly known: KnownParts,
    @Inject(ViewStore) private readonly views: ViewStore,
  ) {}

  async read(accountId: string, body: AnalysisBody): Promise<Wish> {
    const operation = operationIn(body);
    const params = paramsIn(operation, body.params ?? {});
    const inputs = inputsIn(body);
    const range = rangeIn(body);
    await this.checkInputs(accountId, operation, inputs);
    if (body.standing) await this.checkStanding(operation, { accountId, params, inputs }, body);
    return {
      operation: operation.name,
      operationVersion: operationVersionOf(operation),
      inputs,
      params,
      ...range,
      ...(body.name !== undefined && { name: body.name }),
      ...(body.standing && { standing: true }),
    };
  }

  private async checkStanding(operation: Operation, { accountId, params, inputs }: Standing, { to }: AnalysisBody): Promise<void> {
    const { online, name, parameters } = operation;
    if (!online) throw refuse('analysis.not-online', `${name} is not computed reading by reading.`, { parameter: 'standing' });
    if (inputs.length !== 1) throw badInput('A standing analysis takes one field.', 'fields');
    const trained = await this.isTrained(accountId, inputs[0]!);
    orBadParameter(() => {
      try {
        online.initial(readParameters(parameters, params));
      } catch (error) {
        if (!(error instanceof ModelNeededError && trained)) throw error;
      }
    });
    if (to !== undefined) throw badParameter('to', 'A standing analysis has no end.');
  }

  private async isTrained(accountId: string, { deviceId, field }: AnalysisInput): Promise<boolean> {
    const model = await this.views.db
      .selectFrom('models')
      .select('model_id')
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .where('field', '=', field)
      .where('purpose', '=', 'anomalies')
      .limit(1)
      .executeTakeFirst();
    return model !== undefined;
  }

  private async checkInputs(accountId: string, { input, name }: Operation, inputs: readonly AnalysisInput[]): Promise<void> {
    const deviceIds = [...new Set(inputs.map(({ deviceId }) => deviceId))];
    const known = new Map<string, Map<string, Part>>();
    for (const deviceId of deviceIds) {
      await this.devices.find(accountId, deviceId);
      known.set(deviceId, await this.known.of(accountId, deviceId));
    }
    const { fieldsMin, fieldsMax, kind } = input;
    if (inputs.length < fieldsMin || inputs.length > fieldsMax) {
      const needed = fieldsMin === fieldsMax ? String(fieldsMin) : `${fieldsMin} to ${fieldsMax}`;
      throw badInput(`${name} takes ${needed} field${needed === '1' ? '' : 's'}, not ${inputs.length}.`, 'fields');
    }
    for (const { deviceId, field } of inputs) {
      const why = whyNot(kind, field, known.get(deviceId)!);
      if (why !== undefined) throw badInput(`${deviceId}: ${why}`, 'fields');
    }
  }
}

interface Standing {
  accountId: string;
  params: JsonObject;
  inputs: readonly AnalysisInput[];
}

const badInput = (detail: string, parameter: string) => refuse('analysis.bad-input', detail, { parameter });

function operationIn({ operation: name }: AnalysisBody): Operation {
  const operation = operationOf(name);
  if (operation) return operation;
  const names = OPERATIONS.map((one) => one.name).join(', ');
  throw refuse('analysis.unknown-operation', `There is no operation "${name.slice(0, 100)}"; there are ${names}.`, {
    parameter: 'operation',
  });
}

/** As they were given: the defaults of the operation's version fill in the rest. */
function paramsIn({ parameters }: Operation, given: JsonObject): JsonObject {
  orBadParameter(() => readParameters(parameters, given));
  return given;
}

function orBadParameter(check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    throw refuse('analysis.bad-parameter', `${error.message}.`, error.parameter === undefined ? {} : { parameter: error.parameter });
  }
}

function inputsIn({ deviceId, fields, inputs }: AnalysisBody): AnalysisInput[] {
  if (inputs !== undefined) {
    if (deviceId !== undefined || fields !== undefined) throw badInput('Give either inputs, or deviceId with fields.', 'inputs');
    return inputs.map((input) => ({ deviceId: input.deviceId, field: input.field }));
  }
  if (deviceId === undefined) throw badInput('Name a device and its fields: deviceId with fields, or inputs.', 'deviceId');
  if (fields === undefined) throw badInput('Name the fields of the device.', 'fields');
  return fields.map((field) => ({ deviceId, field }));
}

function rangeIn({ from, to }: AnalysisBody): { from?: number; to?: number } {
  const [begin, end] = [timeIn('from', from), timeIn('to', to)];
  if (begin !== undefined && end !== undefined && begin >= end) throw badParameter('to', 'to must be later than from.');
  return { ...(begin !== undefined && { from: begin }), ...(end !== undefined && { to: end }) };
}

function timeIn(name: string, given: string | number | undefined): number | undefined {
  if (given === undefined) return undefined;
  const time = parseTime(given);
  if (time === undefined)
    throw badParameter(name, `${name} is an ISO 8601 time, or a number of s, ms, µs or ns since 1970, in the years 1678 to 2261.`);
  return time;
}

function whyNot(kind: Operation['input']['kind'], field: string, parts: Map<string, Part>): string | undefined {
  const all = [...parts.values()];
  const own = all.filter((part) => part.field === field);
  const part = parts.get(field);
  if (own.length === 0 && !part) {
    const names = [...new Set(all.map((one) => one.field))];
    return `there is no field "${field.slice(0, 128)}"; there are ${names.slice(0, 50).join(', ')}.`;
  }
  const type = own[0]?.type;
  if (kind === 'number') {
    if (part?.numeric) return undefined;
    return type === 'location' || type === 'vector'
      ? `"${field}" is a ${type}; take one of its parts, like ${own[0]!.name}.`
      : `"${field}" holds no numbers.`;
  }
  return type === kind ? undefined : `"${field}" is no ${kind}.`;
}
