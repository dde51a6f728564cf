/** The frame of one picture of a result: what it shows, its key, and the ways to take it along. */
import type { AnalysisView, OperationView } from '#contracts';
import { Button } from '@mantine/core';
import { IconDownload, IconPhotoDown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { useCanvasTheme } from '../charts/theme.js';
import { fileName, saveFile } from '../ui/save-file.js';
import { allRows } from './all-rows.js';
import { resultCsv } from './csv.js';
import { savePicture, type Picture, type PictureKey } from './save-picture.js';
import css from './results.module.css';

export interface FigureProps {
  title: string;
  /** What it is of, in a line. */
  about?: string;
  keys?: PictureKey[];
  /** Nothing where there is nothing to see. */
  picture?: () => Picture | undefined;
  /** Whose rows the CSV has. */
  of?: { analysis: AnalysisView; operation: OperationView };
  /** Its data, where it is of no result. */
  csv?: () => string | Promise<string>;
  children: ReactNode;
  wide?: boolean;
  level?: 2 | 3 | 4;
}

export function Figure({ title, about, keys, picture, of, csv = of && rowsOf(of), children, wide, level = 3 }: FigureProps) {
  const id = useId();
  const theme = useCanvasTheme();
  const file = fileName(of ? `${of.analysis.operation} ${title}` : title);
  const saving = useMutation({
    mutationFn: async () => {
      const drawn = picture?.();
      if (drawn) await savePicture({ keys, ...drawn }, { title, about: about ?? '' }, theme, file);
    },
  });
  const Heading = `h${level}` as const;
  return (
    <section className={css.figure} data-wide={wide || undefined} aria-labelledby={id} data-figure={title}>
      <header className={css.figureHead}>
        <div className={css.figureTitle}>
          <Heading id={id}>{title}</Heading>
          {about && <p>{about}</p>}
        </div>
        <div className={css.takeAlong}>
          {picture && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPhotoDown size={15} />}
              loading={saving.isPending}
              onClick={() => saving.mutate()}
              aria-label={`Save ${title} as PNG`}
            >
              PNG
            </Button>
          )}
          {csv && <CsvButton csv={csv} title={title} file={file} />}
        </div>
      </header>
      {keys && keys.length > 0 && (
        <ul className={css.keys}>
          {keys.map(({ color, label }) => (
            <li key={label}>
              <i style={{ background: color }} />
              {label}
            </li>
          ))}
        </ul>
      )}
      {saving.error && <p role="alert">{saving.error.message}</p>}
      <div className={css.figureBody}>{children}</div>
    </section>
  );
}

const rowsOf =
  ({ analysis, operation }: { analysis: AnalysisView; operation: OperationView }) =>
  async (): Promise<string> =>
    resultCsv(operation, await allRows(analysis, new AbortController().signal));

function CsvButton({ csv, title, file }: { csv: () => string | Promise<string>; title: string; file: string }) {
  const saving = useMutation({
    mutationFn: async () => saveFile(new Blob([await csv()], { type: 'text/csv;charset=utf-8' }), `${file}.csv`),
  });
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconDownload size={15} />}
        loading={saving.isPending}
        onClick={() => saving.mutate()}
        aria-label={`Save the data of ${title} as CSV`}
      >
        CSV
      </Button>
      {saving.error && <span role="alert">{saving.error.message}</span>}
    </>
  );
}
