/** The chart as a picture, and the rows of one of its operations as a file. */
import type { AnalysisView, OperationView } from '#contracts';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload, IconPhotoDown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { liesOver } from '../analyses/shape.js';
import { useCanvasTheme } from '../charts/theme.js';
import { allRows } from '../results/all-rows.js';
import { resultCsv } from '../results/csv.js';
import { pictureOfCanvas, savePicture } from '../results/save-picture.js';
import { fileName, saveFile } from '../ui/save-file.js';

interface TakeAlongProps {
  analysis: AnalysisView;
  operation: OperationView;
  /** What the chart is of. */
  chart: string;
}

export function TakeAlong({ analysis, operation, chart }: TakeAlongProps) {
  const theme = useCanvasTheme();
  const button = useRef<HTMLButtonElement>(null);
  const { label } = operation;
  const file = fileName(`${operation.name} ${chart}`);
  const picturing = useMutation({
    mutationFn: async () => {
      const canvas = button.current?.closest('section')?.querySelector<HTMLCanvasElement>('canvas[role="img"]');
      if (canvas) await savePicture(pictureOfCanvas(canvas), { title: chart, about: label }, theme, file);
    },
  });
  const saving = useMutation({
    mutationFn: async () => {
      const series = await allRows(analysis, new AbortController().signal);
      saveFile(new Blob([resultCsv(operation, series)], { type: 'text/csv;charset=utf-8' }), `${file}.csv`);
    },
  });
  const shared = { variant: 'subtle', color: 'gray', size: 'sm' } as const;
  return (
    <>
      {liesOver(operation) && (
        <Tooltip label="Save the chart as PNG">
          <ActionIcon
            {...shared}
            ref={button}
            loading={picturing.isPending}
            onClick={() => picturing.mutate()}
            aria-label={`Save the chart with ${label} as PNG`}
          >
            <IconPhotoDown size={15} />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label="Save the data as CSV">
        <ActionIcon {...shared} loading={saving.isPending} onClick={() => saving.mutate()} aria-label={`Save the data of ${label} as CSV`}>
          <IconDownload size={15} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
