/** Who may open a socket: the same credentials as at the other doors. */
import { problem } from '#contracts';
import { type Shown, isFromOtherSite, shownBy } from '../admission/credentials.js';
import type { KeyRing } from '../admission/key-ring.js';
import type { LiveSocket } from './live-socket.js';

type Next = (error?: Error) => void;

export function letIn(keys: KeyRing): (socket: LiveSocket, next: Next) => void {
  return (socket, next) => {
    const shown = shownIn(socket);
    if (!shown) return next(refusal('auth.missing', 'Send the key or session token in auth.token.'));
    if (shown.byCookie && isFromOtherSite(socket.handshake.headers))
      return next(refusal('auth.cross-site', 'A session cookie opens sockets only from pages of this site.'));
    keys.find(shown.token).then(
      (credential) => {
        if (!credential) return next(refusal('auth.invalid', 'The key or session is not valid.'));
        socket.data.credential = credential;
        next();
      },
      () => next(refusal('overload.unavailable', 'The credentials cannot be checked at the moment.')),
    );
  };
}

export function shownIn({ handshake }: LiveSocket): Shown | undefined {
  const token: unknown = (handshake.auth as { token?: unknown } | undefined)?.token;
  if (typeof token === 'string' && token !== '') return { token, byCookie: false };
  return shownBy(handshake.headers);
}

/** `connect_error` on the client: `message` is the text, `data` the problem. */
function refusal(code: string, detail: string): Error {
  return Object.assign(new Error(detail), { data: problem(code, detail) });
}
