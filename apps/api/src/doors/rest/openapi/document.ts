/** The OpenAPI document: what Nest knows of its routes, the raw routes of the readings door, and the shapes. Built when first
 *  asked for, so that starting up does not wait for it. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { CONTROLLERS } from '../controllers/index.js';
import { COMPONENTS } from './components.js';
import { describeRoutes } from './describe-routes.js';
import { ACK_PARAMETER } from './parameters.js';

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('thingsIO')
    .setDescription(
      'Send the measurements of your devices, see them live, analyse them, and never lose or doubt them. Errors are `application/problem+json` with a stable `code` and what to do.',
    )
    .setVersion('1')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: 'An API key or a session token.' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key' }, 'apiKey')
    .addCookieAuth('thingsio_session', { type: 'apiKey', in: 'cookie', name: 'thingsio_session' }, 'session')
    .build();
  describeRoutes(CONTROLLERS);
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method });
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...(COMPONENTS as Record<string, object>) } };
  document.paths = { ...document.paths, ...mergedPaths(document.paths) };
  return document;
}

function mergedPaths(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  const one = '/api/v1/devices/{id}/readings';
  return { [one]: { ...paths[one], post: postForOne }, '/api/v1/readings': { post: postForMany } } as unknown as OpenAPIObject['paths'];
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string) => ({ 'application/json': { schema: reference(name) } });
const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: reference('Problem') } } });
const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'A retry with the same key gets the first answer and adds nothing.',
};
const ACK = { ...ACK_PARAMETER, in: 'query', required: false };
const security = [{ bearer: [] }, { apiKey: [] }, { session: [] }];
const refusals = Object.fromEntries(
  Object.entries({
    400: 'Malformed.',
    401: 'No or bad credentials.',
    403: 'Missing scope, or a key of another device.',
    404: 'No such device.',
    413: 'Too large.',
    415: 'A format that is not understood.',
    422: 'Nothing was accepted; `rejected` says why.',
    429: 'Too fast; wait as Retry-After says.',
    503: 'Overloaded; wait as Retry-After says.',
  }).map(([status, description]) => [status, problem(description)]),
);
const oneOrMany = { oneOf: [reference('Reading'), { type: 'array', items: reference('Reading') }] };

const postForOne = {
  tags: ['Data'],
  operationId: 'sendReadings',
  summary: 'Send one reading or an array',
  security,
  parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }, ACK, KEY],
  requestBody: {
    required: true,
    content: {
      'application/json': { schema: oneOrMany },
      'application/x-ndjson': { schema: { type: 'string' } },
      'text/csv': { schema: { type: 'string' } },
      'application/senml+json': { schema: { type: 'array', items: { type: 'object' } } },
    },
  },
  responses: {
    200: { description: 'Durable; with ack=projected also visible.', content: json('ReadingsAnswer') },
    202: { description: 'Queued.', content: json('Queued') },
    ...refusals,
  },
};

const postForMany = {
  tags: ['Data'],
  operationId: 'sendReadingsOfManyDevices',
  summary: 'Send readings of many devices',
  security,
  parameters: [ACK, KEY],
  requestBody: {
    required: true,
    content: {
      'application/json': { schema: { type: 'object', additionalProperties: oneOrMany } },
      'application/x-ndjson': { schema: { type: 'string', description: 'A reading with a deviceId a line.' } },
    },
  },
  responses: {
    200: { description: 'At least one device took readings.', content: json('ManyReadingsAnswer') },
    202: { description: 'Queued.', content: json('ManyReadingsAnswer') },
    ...refusals,
  },
};
