/** The parts of a device that a query may name, from all versions of its schema, or from those that were known at a position. */
import { Inject, Injectable } from '@nestjs/common';
import { ViewStore } from '#ports';
import { knownSchemas } from './known-schemas.js';
import { type Part, partsIn } from './parts.js';

@Injectable()
export class KnownParts {
  constructor(@Inject(ViewStore) private readonly views: ViewStore) {}

  async of(accountId: string, deviceId: string, asOf?: number): Promise<Map<string, Part>> {
    const versions = await knownSchemas(this.views, { accountId, deviceId }, asOf);
    return partsIn(versions.map(({ schema }) => schema));
  }
}
