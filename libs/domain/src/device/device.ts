/** The device: what it decides about what it is told, and what it becomes by what happened. */
import type { DescribeDevice, DeviceEvent, RegisterDevice, RegisterSchema } from '#contracts';
import { accept, reject, type Decider, type Decision, type Happened, type Rejection } from '../kernel/decider.js';
import { RecentCommands } from '../kernel/recent-commands.js';
import { applyRules, type Rules } from '../kernel/rules.js';
import { canonicalJson } from '../schema/canonical.js';
import { whyBreaksHistory, whyCannotBeFirst } from '../schema/compatibility.js';
import { compileSchema } from '../schema/compiled-schema.js';
import { DEFAULT_SCHEMA_LIMITS, SCHEMA_VERSIONS_MAX, type SchemaLimits } from '../schema/limits.js';
import { isSchema, parseSchema } from '../schema/parse-schema.js';
import type { DeviceDomainCommand } from './commands.js';
import { receiveColumns, receiveReadings } from './receive-readings.js';
import type { ReceivedSeqs } from './received-seqs.js';
import { seqOf } from './seq.js';
import { NO_SEQS, type ActiveDevice, type DeviceState, type RetiredDevice, type UnknownDevice } from './state.js';

type DeviceDecision = Decision<DeviceEvent>;
type PhaseRules<S> = Rules<S, DeviceDomainCommand, DeviceEvent>;

export function createDeviceDecider(limits: SchemaLimits): Decider<DeviceState, DeviceDomainCommand, DeviceEvent> {
  const whenUnknown: PhaseRules<UnknownDevice> = {
    RegisterDevice: (_, command) => registerDevice(command, limits),
    DescribeDevice: refuseUnknown,
    RegisterSchema: refuseUnknown,
    ReceiveReadings: refuseUnknown,
    ReceiveColumns: refuseUnknown,
    RetireDevice: refuseUnknown,
  };
  const whenActive: PhaseRules<ActiveDevice> = {
    RegisterDevice: refuseTaken,
    DescribeDevice: describeDevice,
    RegisterSchema: (state, command, told) => registerSchema(state, command, told.bodyHash !== undefined, limits),
    ReceiveReadings: receiveReadings,
    ReceiveColumns: receiveColumns,
    RetireDevice: () => accept<DeviceEvent>({ type: 'DeviceRetired', data: {} }),
  };
  const whenRetired: PhaseRules<RetiredDevice> = {
    RegisterDevice: refuseTaken,
    DescribeDevice: refuseRetired,
    RegisterSchema: refuseRetired,
    ReceiveReadings: refuseRetired,
    ReceiveColumns: refuseRetired,
    RetireDevice: refuseRetired,
  };
  return {
    initial: { phase: 'unknown' },
    decide(state, told) {
      switch (state.phase) {
        case 'unknown':
          return applyRules(whenUnknown, state, told);
        case 'active':
          return state.recent.decideAgain(told) ?? applyRules(whenActive, state, told);
        case 'retired':
          return state.recent.decideAgain(told) ?? applyRules(whenRetired, state, told);
        default:
          return state satisfies never;
      }
    },
    evolve: evolveDevice,
  };
}

export const deviceDecider = createDeviceDecider(DEFAULT_SCHEMA_LIMITS);

function refuseUnknown(): DeviceDecision {
  return reject('device.unknown', 'no device is registered under this id');
}

function refuseRetired(): DeviceDecision {
  return reject('device.retired', 'the device was retired');
}

function refuseTaken(): DeviceDecision {
  return reject('device.id-taken', 'a device is, or was, registered under this id');
}

function refuseWith(rejection: Rejection): DeviceDecision {
  return { kind: 'reject', rejection };
}

function registerDevice({ data }: RegisterDevice, limits: SchemaLimits): DeviceDecision {
  const schema = parseSchema(data.schema, limits);
  if (!isSchema(schema)) return refuseWith(schema);
  const why = whyCannotBeFirst(schema);
  if (why !== undefined) return refuseWith(why);
  const { accountId, deviceId, name, tags } = data;
  return accept<DeviceEvent>(
    { type: 'DeviceRegistered', data: { accountId, deviceId, name, tags } },
    { type: 'SchemaRegistered', data: { schemaVersion: 1, schema } },
  );
}

function describeDevice(state: ActiveDevice, { data }: DescribeDevice): DeviceDecision {
  const { expectedRevision, name, tags } = data;
  if (expectedRevision !== undefined && expectedRevision !== state.describedRevision) {
    return reject('device.changed-meanwhile', `the device is at revision ${state.describedRevision}, not ${expectedRevision}`);
  }
  return accept<DeviceEvent>({
    type: 'DeviceDescribed',
    data: { ...(name !== undefined && { name }), ...(tags !== undefined && { tags }) },
  });
}

function registerSchema(state: ActiveDevice, { data }: RegisterSchema, canArriveAgain: boolean, limits: SchemaLimits): DeviceDecision {
  const { expectedSchemaVersion } = data;
  if (expectedSchemaVersion !== undefined && expectedSchemaVersion !== state.schemaVersion) {
    return reject('schema.changed-meanwhile', `the schema is at version ${state.schemaVersion}, not ${expectedSchemaVersion}`);
  }
  const schema = parseSchema(data.schema, limits);
  if (!isSchema(schema)) return refuseWith(schema);
  const former = state.compiled.schema;
  if (canonicalJson(schema as never) === canonicalJson(former as never)) {
    // Nothing changes; but what can arrive again must leave a trace, or a late retry would undo a newer schema.
    return canArriveAgain ? accept<DeviceEvent>({ type: 'DeviceDescribed', data: {} }) : accept();
  }
  const why = whyBreaksHistory(former, schema);
  if (why !== undefined) return refuseWith(why);
  if (state.schemaVersion >= SCHEMA_VERSIONS_MAX)
    return reject('schema.too-many-versions', `the device has ${state.schemaVersion} schema versions; ${SCHEMA_VERSIONS_MAX} are allowed`);
  return accept<DeviceEvent>({ type: 'SchemaRegistered', data: { schemaVersion: state.schemaVersion + 1, schema } });
}

function evolveDevice(state: DeviceState, happened: Happened<DeviceEvent>): DeviceState {
  const { event, revision } = happened;
  const recent = (state.phase === 'unknown' ? RecentCommands.none : state.recent).after(happened);
  if (event.type === 'DeviceRegistered') {
    return { phase: 'active', schemaVersion: 0, compiled: NO_SCHEMA, describedRevision: revision, seqs: NO_SEQS, recent };
  }
  if (state.phase !== 'active') return state.phase === 'unknown' ? state : { ...state, recent };
  switch (event.type) {
    case 'SchemaRegistered': {
      const { schemaVersion, schema } = event.data;
      return { ...state, schemaVersion, compiled: compileSchema(schema), describedRevision: revision, recent };
    }
    case 'DeviceDescribed':
      return { ...state, describedRevision: revision, recent };
    case 'ReadingsReceived':
      return { ...state, seqs: withSeqs(state.seqs, event.data.seq), recent };
    case 'ReadingsRejected':
      return {
        ...state,
        seqs: withSeqs(
          state.seqs,
          event.data.readings.map(({ seq }) => seq),
        ),
        recent,
      };
    case 'DuplicatesDiscarded':
      return { ...state, recent };
    case 'DeviceRetired':
      return { phase: 'retired', recent };
    default:
      return event satisfies never;
  }
}

/** Between `DeviceRegistered` and the `SchemaRegistered` of the same append. */
const NO_SCHEMA = compileSchema({ fields: {} });

function withSeqs(seqs: ReceivedSeqs, received: readonly (number | string | null | undefined)[] | undefined): ReceivedSeqs {
  if (received === undefined) return seqs;
  let next: ReceivedSeqs | undefined;
  for (const seq of received) {
    if (seq === null || seq === undefined) continue;
    next ??= seqs.clone();
    next.offer(seqOf(seq));
  }
  return next ?? seqs;
}
