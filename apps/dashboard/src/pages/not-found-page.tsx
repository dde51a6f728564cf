/** A path that leads nowhere. */
import { Link } from 'wouter';
import { PageHead } from '../ui/page-head.js';

export function NotFoundPage() {
  return (
    <>
      <PageHead title="There is no such page">
        <p>The address may be mistyped, or the device was retired.</p>
      </PageHead>
      <Link href="/">To your devices</Link>
    </>
  );
}
