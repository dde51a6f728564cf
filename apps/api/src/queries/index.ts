/** Every question that can be asked. */
import { GetDigestHandler } from './get-digest/get-digest.js';
import { GetLatestHandler } from './get-latest/get-latest.js';
import { GetLedgerHandler } from './get-ledger/get-ledger.js';
import { GetMeHandler, ListApiKeysHandler } from './get-account/get-account.js';
import { GetSchemaHandler } from './get-schema/get-schema.js';
import { GetSeriesHandler } from './get-series/get-series.js';
import { GetDeviceHandler, ListDevicesHandler } from './list-devices/list-devices.js';
import { ListEventsHandler } from './list-events/list-events.js';
import { ListModelsHandler } from './list-models/list-models.js';
import { ListReadingsHandler } from './list-readings/list-readings.js';
import { ListRejectionsHandler } from './list-rejections/list-rejections.js';
import { PreviewSchemaHandler } from './preview-schema/preview-schema.js';

export const QUERY_HANDLERS = [
  GetMeHandler,
  ListApiKeysHandler,
  ListDevicesHandler,
  GetDeviceHandler,
  GetSchemaHandler,
  PreviewSchemaHandler,
  GetLatestHandler,
  ListReadingsHandler,
  GetSeriesHandler,
  ListEventsHandler,
  GetLedgerHandler,
  GetDigestHandler,
  ListRejectionsHandler,
  ListModelsHandler,
];
