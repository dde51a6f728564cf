/** How to post readings to this very device: lines with a key in them, ready to copy. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { createKey, knownKey } from '../api/actions.js';
import { serverNow } from '../api/http.js';
import { curlBatch, curlCsv, curlLine } from '../schema/example.js';
import { CopyBlock } from '../ui/copy-block.js';
import { ProblemNote } from '../ui/problem-note.js';
import { useDevicePage, useSeenAt } from './device-context.js';
import css from './post-tab.module.css';
import ui from '../ui/ui.module.css';

export default function PostTab() {
  const { device } = useDevicePage();
  const [key, setKey] = useState(knownKey);
  const [bound, setBound] = useState(false);
  const creating = useMutation({
    mutationFn: () => createKey({ name: `${device.name.slice(0, 80)}: post`, scopes: ['write'], deviceIds: [device.deviceId] }),
    onSuccess: (made) => {
      setKey(made.apiKey);
      setBound(true);
    },
  });
  const posting = { origin: window.location.origin, deviceId: device.deviceId, key: key ?? 'YOUR_API_KEY', schema: device.schema };
  return (
    <div className={css.tab}>
      <Arrival />
      <section className={ui.card}>
        <h2>One reading</h2>
        {key ? (
          <p>
            {bound
              ? 'The key in this line may write to this device and nothing else. It is shown this once: copy it now.'
              : 'The key in this line is the first of your account. It is shown until you leave this page, and stored nowhere.'}
          </p>
        ) : (
          <p>The line needs an API key. One made here may write to this device and nothing else.</p>
        )}
        <CopyBlock text={curlLine(posting)} label="line that posts a reading" testId="curl" />
        {!bound && (
          <div className={css.make}>
            <Button variant={key ? 'default' : 'filled'} loading={creating.isPending} onClick={() => creating.mutate()}>
              {key ? 'Create a key for this device alone' : 'Create a key and show the line'}
            </Button>
            <span>
              All keys are listed under <Link href="/api-keys">API keys</Link>, where they can be revoked.
            </span>
          </div>
        )}
        <ProblemNote error={creating.error} />
      </section>
      <More posting={posting} />
    </div>
  );
}

function More({ posting }: { posting: Parameters<typeof curlLine>[0] }) {
  const [now] = useState(serverNow);
  return (
    <section className={ui.card}>
      <h2>Several at once, with time and sequence number</h2>
      <p>
        With <code>seq</code> a batch can be sent again after a lost answer: nothing is ever counted twice, and gaps are reported. Without{' '}
        <code>time</code> the moment of arrival is taken.
      </p>
      <CopyBlock text={curlBatch(posting, now)} label="line that posts a batch" />
      <h2>A file</h2>
      <p>A header line with the names of the fields, and a time column. NDJSON and gzip work too.</p>
      <CopyBlock text={curlCsv(posting)} label="line that posts a CSV file" />
      <p>
        Everything else is in the <a href="/docs">API reference</a>.
      </p>
    </section>
  );
}

/** The page tells by itself when the first reading came, so that nobody has to wonder. */
function Arrival() {
  const { device } = useDevicePage();
  const seenAt = useSeenAt();
  const [before] = useState(seenAt);
  const arrived = seenAt !== undefined && seenAt !== before;
  return (
    <div className={css.arrival} data-arrived={arrived} role="status">
      <i aria-hidden />
      {arrived ? (
        <span>
          A reading arrived. <Link href={`/devices/${encodeURIComponent(device.deviceId)}`}>See it on the chart</Link>
        </span>
      ) : (
        <span>Waiting for {before === undefined ? 'the first' : 'a'} reading. This line changes when it is here.</span>
      )}
    </div>
  );
}
