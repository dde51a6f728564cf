/** The end of a paged list: more of it, or word that this is all. */
import { Button } from '@mantine/core';
import { counted } from './number-text.js';
import css from './ui.module.css';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

interface MoreProps {
  paged: Paged;
  shown: number;
  /** One of them. */
  what: string;
  /** Several, where the plural has more than an s. */
  many?: string;
}

export function More({ paged, shown, what, many }: MoreProps) {
  return (
    <div className={css.more}>
      <span className="num">
        {counted(shown, what, many)} shown{paged.hasNextPage ? '' : ', that is all'}
      </span>
      {paged.hasNextPage && (
        <Button size="xs" variant="default" loading={paged.isFetchingNextPage} onClick={() => void paged.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}
