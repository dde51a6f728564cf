/** What an account without devices is shown: three ways to the first reading. */
import { Button } from '@mantine/core';
import { useLocation } from 'wouter';
import { knownKey } from '../api/actions.js';
import { CopyBlock } from '../ui/copy-block.js';
import css from './devices.module.css';

export function FirstSteps() {
  const [, go] = useLocation();
  const key = knownKey();
  const shownKey = key ?? 'YOUR_API_KEY';
  const { origin } = window.location;
  const curl = [
    `curl -X POST '${origin}/api/v1/devices' \\`,
    `  -H 'Authorization: Bearer ${shownKey}' -H 'Content-Type: application/json' \\`,
    `  -d '{"deviceId":"greenhouse","name":"Greenhouse","schema":{"fields":{"temperature":{"type":"number","unit":"Cel"}}}}'`,
    '',
    `curl -X POST '${origin}/api/v1/devices/greenhouse/readings' \\`,
    `  -H 'Authorization: Bearer ${shownKey}' -H 'Content-Type: application/json' \\`,
    `  -d '{"temperature":21.5}'`,
  ].join('\n');
  return (
    <div className={css.steps}>
      <section className={css.step}>
        <h2>Describe a device here</h2>
        <p>Say what it measures, field by field. You get a line to post the first reading with, and a page that moves when it arrives.</p>
        <Button onClick={() => go('/devices/new')}>Add a device</Button>
      </section>
      <section className={css.step}>
        <h2>Or from a terminal</h2>
        <p>
          {key
            ? 'Your first API key is already in these lines. It is shown until you leave this page, and stored nowhere.'
            : 'Put one of your API keys into these lines.'}
        </p>
        <CopyBlock text={curl} label="lines that register a device and post a reading" testId="first-curl" />
      </section>
      <section className={css.step}>
        <h2>Or with something that moves already</h2>
        <p>Fifty simulated devices with daily cycles, a walker with GPS and an accelerometer:</p>
        <CopyBlock
          text={`npx thingsio simulate --url ${origin} --key ${shownKey} --devices 50 --rate 1 --for 10m`}
          label="simulator command"
        />
        <p>A file you have; the schema is read off its columns:</p>
        <CopyBlock
          text={`npx thingsio import FILE.csv --url ${origin} --key ${shownKey} --device NAME --time COLUMN`}
          label="import command"
        />
      </section>
    </div>
  );
}
