/** In place of `socket.io` where sockets have specs and journeys of their own: no socket is opened. */
export class Server {
  engine = { close() {}, on() {} };
  use() {}
  on() {}
  disconnectSockets() {}
}
