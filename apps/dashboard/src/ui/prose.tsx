/** A sentence of the api in which `names` stand between backticks. */
import { Fragment } from 'react';

export function Prose({ text }: { text: string }) {
  return text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : <Fragment key={at}>{part}</Fragment>));
}
