/** The end of a paged list: more of it, or word that this is all. */
import { Button } from '@mantine/core';
import css from './ui.module.css';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

export function More({ paged, shown, what }: { paged: Paged; shown: number; what: string }) {
  return (
    <div className={css.more}>
      <span className="num">
        {shown} {what} shown{paged.hasNextPage ? '' : ', that is all'}
      </span>
      {paged.hasNextPage && (
        <Button size="xs" variant="default" loading={paged.isFetchingNextPage} onClick={() => void paged.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}
