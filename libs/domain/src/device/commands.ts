/** Commands as the device's decider sees them: readings are parsed already. */
import type { DescribeDevice, ReadingColumns, RegisterDevice, RegisterSchema, RetireDevice } from '#contracts';
import type { ActiveDevice } from './state.js';

/** What the body of a `ReceiveReadings` held. */
export interface ReceiveParsedReadings {
  type: 'ReceiveReadings';
  data: {
    /** Parsed JSON, a value a reading: `{…fields, time | ts, seq}` or `{time | ts, seq, values}`. Never changed here. */
    readings: readonly unknown[];
    /** True where all values are text, as in CSV: they are then read by the type of their field; empty text is no value,
     *  and parts may stand alone (`position.lat`). */
    textual?: boolean;
  };
}

/** The same, of a body that `readFlat` has read: all readings fit and are new. */
export interface ReceiveColumns {
  type: 'ReceiveColumns';
  data: {
    columns: ReadingColumns;
    /** The very state for which they were read, and no other. */
    readFor: ActiveDevice;
  };
}

export type DeviceDomainCommand = RegisterDevice | DescribeDevice | RegisterSchema | ReceiveParsedReadings | ReceiveColumns | RetireDevice;
