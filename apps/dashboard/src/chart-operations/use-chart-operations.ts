/** The operations of one chart, in the page's address. */
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { keyOf, readOperations, writeOperations, type ChartOperation } from './model.js';

export function useChartOperations(field: string) {
  const [query, setQuery] = useSearchParams();
  const text = JSON.stringify(readOperations(query).filter((operation) => operation.field === field));
  const operations = useMemo(() => JSON.parse(text) as ChartOperation[], [text]);
  const add = (operation: ChartOperation): void =>
    setQuery((now) => writeOperations([...readOperations(now).filter((one) => keyOf(one) !== keyOf(operation)), operation], now));
  const remove = (operation: ChartOperation): void =>
    setQuery((now) =>
      writeOperations(
        readOperations(now).filter((one) => keyOf(one) !== keyOf(operation)),
        now,
      ),
    );
  return { operations, add, remove };
}
