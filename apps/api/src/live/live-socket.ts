/** A socket that was let in carries who opened it. */
import type { DefaultEventsMap, Socket } from 'socket.io';
import type { Credential } from '../admission/credentials.js';

export interface SocketData {
  credential: Credential;
}
export type LiveSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
