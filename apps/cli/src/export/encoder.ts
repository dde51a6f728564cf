/** What turns pages of readings into a file. */
import type { FieldSchema, ReadingsView } from '#contracts';

export type ReadingItem = ReadingsView['items'][number];

export interface Encoder {
  encode(items: ReadingItem[]): string | Uint8Array | Promise<string | Uint8Array>;
  /** What comes last. */
  end(): string | Uint8Array | Promise<string | Uint8Array>;
}

export interface PartColumn {
  name: string;
  /** `temperature`, `position.lat`. */
  part: string;
  field: FieldSchema;
}
