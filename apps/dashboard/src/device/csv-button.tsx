/** Downloads the shown time as CSV, and says how far it is. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { downloadCsv } from '../api/download-csv.js';
import { ProblemNote } from '../ui/problem-note.js';
import { counted } from '../ui/number-text.js';

export function CsvButton({ deviceId, range, zone }: { deviceId: string; range: { from: number; to: number }; zone: string }) {
  const [lines, setLines] = useState(0);
  const stop = useRef<AbortController>(null);
  const loading = useMutation({
    mutationFn: () => {
      stop.current = new AbortController();
      setLines(0);
      return downloadCsv({ deviceId, ...range, tz: zone, onProgress: setLines, signal: stop.current.signal });
    },
  });
  const stopped = stop.current?.signal.aborted;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconDownload size={15} />}
        data-testid="csv"
        onClick={() => (loading.isPending ? stop.current?.abort() : loading.mutate())}
      >
        {loading.isPending ? `${counted(lines, 'reading')} so far, stop` : 'Download as CSV'}
      </Button>
      {loading.error && !stopped && <ProblemNote error={loading.error} />}
    </>
  );
}
