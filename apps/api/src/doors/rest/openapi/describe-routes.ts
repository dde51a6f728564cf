/** Turns what routes say of themselves into the decorators that Nest's Swagger module reads. */
import 'reflect-metadata';
import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCookieAuth,
  ApiHeader,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { AS_OF_PARAMETER, LIST_PARAMETERS } from './parameters.js';
import { type RouteText, SAYS } from './says.js';

/** Once a process: decorating twice changes nothing more. */
export function describeRoutes(controllers: Type<object>[]): void {
  for (const { prototype } of controllers as { prototype: object }[]) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = Object.getOwnPropertyDescriptor(prototype, name)!;
      const says =
        typeof method.value === 'function' ? (Reflect.getMetadata(SAYS, method.value as object) as RouteText | undefined) : undefined;
      if (says) decoratorOf(says)(prototype, name, method);
    }
  }
}

const TABLE_TYPES = [
  'text/csv',
  'application/x-ndjson',
  'application/vnd.apache.parquet',
  'application/vnd.apache.arrow.stream',
  'application/vnd.apache.arrow.file',
];
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function decoratorOf(it: RouteText): MethodDecorator {
  const parameters = [...(it.parameters ?? []), ...(it.list ? LIST_PARAMETERS : []), ...(it.asOf ? [AS_OF_PARAMETER] : [])];
  const errors = [...new Set([...(it.open ? [] : [401, 403, 429]), ...(parameters.length > 0 ? [400] : []), ...(it.errors ?? [])])].sort();
  return applyDecorators(
    ApiTags(it.tag),
    ApiOperation({ summary: it.summary }),
    ...(it.open ? [] : [ApiBearerAuth(), ApiSecurity('apiKey'), ApiCookieAuth('session')]),
    ...parameters.map(({ name, description, schema }) => ApiQuery({ name, description, required: false, schema })),
    ...(it.body === undefined ? [] : [ApiBody({ required: true, schema: reference(it.body) })]),
    ...(it.idempotent
      ? [
          ApiHeader({
            name: 'Idempotency-Key',
            required: false,
            description: 'A retry with the same key gets the first answer.',
            schema: { type: 'string', minLength: 1, maxLength: 255 },
          }),
        ]
      : []),
    ...(it.tagged ? [ApiHeader({ name: 'If-Match', required: false, description: 'The ETag this request builds on.' })] : []),
    okResponse(it),
    ...errors.map((status) =>
      ApiResponse({ status, description: 'Refused.', content: { 'application/problem+json': { schema: reference('Problem') } } }),
    ),
  );
}

function okResponse({ ok: [status, body], tables }: RouteText): MethodDecorator {
  if (body === undefined) return ApiResponse({ status, description: 'Done.' });
  const others = Object.fromEntries((tables ? TABLE_TYPES : []).map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
  return ApiResponse({ status, description: 'Done.', content: { 'application/json': { schema: reference(body) }, ...others } });
}
