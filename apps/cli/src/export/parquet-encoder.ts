/** Readings as Parquet. A Parquet file ends with its index, so it is written when all readings are here. */
import { Bool, Float64, Table, tableToIPC, TimestampMillisecond, Utf8, vectorFromArray, type Vector } from 'apache-arrow';
import type { Json } from '#contracts';
import type { Encoder, PartColumn, ReadingItem } from './encoder.js';
import { partValue } from './text-encoders.js';

export function createParquetEncoder(columns: PartColumn[]): Encoder {
  const items: ReadingItem[] = [];
  return {
    encode: (page) => {
      items.push(...page);
      return '';
    },
    end: () => parquetOf(items, columns),
  };
}

async function parquetOf(items: ReadingItem[], columns: PartColumn[]): Promise<Uint8Array> {
  // 3 MB of WebAssembly, needed by this format alone.
  const parquet = await import('parquet-wasm');
  const vectors: Record<string, Vector> = {
    time: times(items.map((item) => item.time)),
    recordedAt: times(items.map((item) => item.recordedAt)),
    seq: vectorFromArray(
      items.map((item) => (item.seq === undefined ? null : String(item.seq))),
      new Utf8(),
    ),
  };
  for (const column of columns)
    vectors[column.part] = valuesOf(
      column,
      items.map((item) => partValue(item, column) ?? null),
    );
  const ipc = tableToIPC(new Table(vectors), 'stream');
  return parquet.writeParquet(parquet.Table.fromIPCStream(ipc));
}

function times(texts: string[]): Vector {
  return vectorFromArray(
    texts.map((text) => Date.parse(text)),
    new TimestampMillisecond('UTC'),
  );
}

function valuesOf({ field }: PartColumn, values: Json[]): Vector {
  switch (field.type) {
    case 'boolean':
      return vectorFromArray(values as (boolean | null)[], new Bool());
    case 'string':
    case 'enum':
      return vectorFromArray(values as (string | null)[], new Utf8());
    default:
      return vectorFromArray(values as (number | null)[], new Float64());
  }
}
