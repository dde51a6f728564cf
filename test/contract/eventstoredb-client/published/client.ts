/** The client under both its names; without TLS, which the stand-in has not, whatever a test asks for. */
import { EventStoreDBClient as Published } from '@eventstore/db-client';

export * from '@eventstore/db-client';

export class EventStoreDBClient extends Published {
  constructor(...[settings, , credentials]: ConstructorParameters<typeof Published>) {
    super(settings, { insecure: true }, credentials);
  }
}

export { EventStoreDBClient as KurrentDBClient };
