/** A command as text: how it is kept while it is parked. JSON, with the raw body as base64. */
import type { CommandEnvelope } from './commands.js';

export function encodeEnvelope({ body, ...envelope }: CommandEnvelope): string {
  return JSON.stringify(body === undefined ? envelope : { ...envelope, body: base64Of(body) });
}

export function decodeEnvelope(text: string): CommandEnvelope {
  const { body, ...envelope } = JSON.parse(text) as Omit<CommandEnvelope, 'body'> & { body?: string };
  return body === undefined ? envelope : { ...envelope, body: Uint8Array.from(atob(body), (character) => character.charCodeAt(0)) };
}

/** Arguments that any engine takes in one call. */
const CHUNK = 8_192;

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}
