/** A table as Arrow IPC or Parquet. Both libraries are loaded when first asked for: most servers never are. */
import type { Data, Vector } from 'apache-arrow';
import type { Table, TableColumn } from './table.js';

type Arrow = typeof import('apache-arrow');

export async function arrowOf(table: Table, kind: 'file' | 'stream'): Promise<Uint8Array> {
  const arrow = await import('apache-arrow');
  return arrow.tableToIPC(arrowTable(arrow, table), kind);
}

export async function parquetOf(table: Table): Promise<Uint8Array> {
  const [stream, parquet] = await Promise.all([arrowOf(table, 'stream'), import('parquet-wasm')]);
  const properties = new parquet.WriterPropertiesBuilder().setCompression(parquet.Compression.SNAPPY).build();
  return parquet.writeParquet(parquet.Table.fromIPCStream(stream), properties);
}

function arrowTable(arrow: Arrow, { columns }: Table) {
  return new arrow.Table(Object.fromEntries(columns.map((column) => [column.name, vectorOf(arrow, column)])));
}

function vectorOf(arrow: Arrow, column: TableColumn): Vector {
  if (column.kind === 'text') return arrow.vectorFromArray(column.values, new arrow.Utf8());
  if (column.kind === 'time') {
    const micros = BigInt64Array.from(column.values, (ms) => BigInt(Math.round(ms * 1000)));
    return arrow.makeVector(arrow.makeData({ type: new arrow.TimestampMicrosecond('UTC'), data: micros }) as Data);
  }
  if (column.boolean)
    return arrow.vectorFromArray(
      Array.from(column.values, (value) => (Number.isNaN(value) ? null : value !== 0)),
      new arrow.Bool(),
    );
  const values = Float64Array.from(column.values);
  const { bitmap, missing } = validity(values);
  return arrow.makeVector(
    arrow.makeData({ type: new arrow.Float64(), data: values, ...(missing > 0 && { nullBitmap: bitmap, nullCount: missing }) }),
  );
}

/** One bit a value, least significant first: 1 where there is one. */
function validity(values: Float64Array): { bitmap: Uint8Array; missing: number } {
  const bitmap = new Uint8Array(Math.ceil(values.length / 8));
  let missing = 0;
  for (let at = 0; at < values.length; at++) {
    if (Number.isNaN(values[at])) missing++;
    else bitmap[at >> 3]! |= 1 << (at & 7);
  }
  return { bitmap, missing };
}
