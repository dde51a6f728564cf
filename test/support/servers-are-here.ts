/** Which real servers the distributed suites need. */

const PROGRAMS = [
  '/usr/lib/rabbitmq/bin/rabbitmq-server',
  '/usr/bin/influxd',
  '/usr/lib/postgresql/15/bin/postgres',
  '/usr/bin/redis-server',
];

/** Whether this machine has every real server; `npm test` names what it left out. */
export const serversAreHere = (exists: (path: string) => boolean): boolean => PROGRAMS.every(exists);
