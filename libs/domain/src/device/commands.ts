/** Commands as the device's decider sees them: readings are parsed already. */
import type { DescribeDevice, RegisterDevice, RegisterSchema, RetireDevice } from '#contracts';

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

export type DeviceDomainCommand = RegisterDevice | DescribeDevice | RegisterSchema | ReceiveParsedReadings | RetireDevice;
