/** Every code a user can meet, with what to do about it. The HTTP status is chosen at the door, from this table. */

export interface ErrorAdvice {
  status: number;
  /** What it means, one short sentence. */
  title: string;
  /** What to do next. */
  advice: string;
}

const entry = (status: number, title: string, advice: string): ErrorAdvice => ({ status, title, advice });

export const ERRORS = {
  'request.malformed': entry(400, 'The request cannot be read.', 'Correct what `detail` names and send it again.'),
  'request.bad-json': entry(400, 'The body is not valid JSON.', 'Check the place named in `detail`; the body may have been cut off.'),
  'request.bad-csv': entry(
    400,
    'The body is not CSV with a header row.',
    'Name the columns in the first line and give each line as many cells; `detail` names the line.',
  ),
  'request.bad-encoding': entry(
    400,
    'The body is not valid UTF-8 or not what its Content-Encoding says.',
    'Send UTF-8; with `Content-Encoding: gzip` send one complete gzip stream.',
  ),
  'request.too-deep': entry(
    400,
    'The JSON is nested too deeply.',
    'A reading is flat, or has one object under `values`; nest no deeper than locations and vectors need.',
  ),
  'request.too-many-names': entry(
    422,
    'The body has more different names than any reading needs.',
    'Send only the fields of the schema; numbered names belong into several readings, or into a vector.',
  ),
  'request.bad-parameter': entry(400, 'A parameter is missing or out of bounds.', 'Correct the parameter named in `detail`.'),
  'request.too-large': entry(
    413,
    'The body is larger than the limit.',
    'Send smaller batches; the limit is in `limit` (bytes, after decompression).',
  ),
  'request.headers-too-large': entry(
    431,
    'The headers are larger than the limit.',
    'Send fewer or shorter headers and cookies; `detail` names the limit.',
  ),
  'request.too-many-readings': entry(413, 'The request holds more readings than the limit.', 'Split the batch; the limit is in `limit`.'),
  'request.too-many-cells': entry(
    413,
    'The readings of one device times the different fields that they carry are more than the limit.',
    'Split the batch, or send readings that carry the same fields together; the limit is in `limit`.',
  ),
  'request.unsupported-media-type': entry(
    415,
    'The Content-Type or Content-Encoding is not understood here.',
    'Use one that `accepted` lists.',
  ),
  'request.not-acceptable': entry(406, 'No format that the Accept header asks for can be given.', 'Ask for one that `accepted` lists.'),
  'request.expectation-failed': entry(
    417,
    'The Expect header asks for something that is not done here.',
    'Send no Expect header, or `Expect: 100-continue`.',
  ),
  'request.timeout': entry(
    408,
    'The request took too long to arrive.',
    'Nothing was stored. Send it again, in smaller batches where the link is slow.',
  ),
  'request.cancelled': entry(499, 'The client went away.', 'Send the request again if its answer matters.'),
  'route.not-found': entry(404, 'There is no such route.', 'See /docs for the routes there are.'),
  'route.method-not-allowed': entry(405, 'The route does not take this method.', 'Use a method that the Allow header names.'),
  'auth.missing': entry(401, 'No credentials were sent.', 'Send `Authorization: Bearer <api key or session token>` or `X-Api-Key`.'),
  'auth.invalid': entry(401, 'The credentials are not valid, have expired or were revoked.', 'Sign in again or use another API key.'),
  'auth.missing-scope': entry(403, 'The API key lacks the scope this needs.', 'Use a key with the scope named in `scope`.'),
  'auth.other-device': entry(403, 'The API key is bound to other devices.', 'Use a key that is bound to this device, or to none.'),
  'auth.not-an-operator': entry(
    403,
    'The account is not among the operators of this service.',
    'Ask who runs the service to name its address in THINGSIO_OPERATORS.',
  ),
  'auth.cross-site': entry(
    403,
    'Another site may not write with a session cookie.',
    'Send the request from a page of this service, or use an API key.',
  ),
  'auth.bad-sign-in': entry(401, 'E-mail address or password is wrong.', 'Check both; after too many tries wait as Retry-After says.'),
  'account.email-taken': entry(409, 'An account with this e-mail address exists.', 'Sign in instead, or use another address.'),
  'account.unknown': entry(404, 'There is no such account.', 'Open one with POST /api/v1/accounts.'),
  'api-key.unknown': entry(404, 'There is no such API key.', 'List the keys with GET /api/v1/api-keys.'),
  'api-key.too-many': entry(
    422,
    'The account has as many API keys as it may have.',
    'Revoke keys that are not used; bind one key to many devices with `deviceIds`.',
  ),
  'session.unknown': entry(404, 'There is no such session.', 'Sign in with POST /api/v1/sessions.'),
  'device.unknown': entry(404, 'There is no such device in your account.', 'Register it with POST /api/v1/devices.'),
  'device.retired': entry(404, 'The device was retired.', 'Register a new device under another id; its history stays in the log.'),
  'device.id-taken': entry(
    409,
    'A device with this id exists, or existed, in your account.',
    'Choose another deviceId, or leave it out to be given one.',
  ),
  'device.changed-meanwhile': entry(
    412,
    'The device has changed since you read it.',
    'Read it again and repeat the change with the new ETag.',
  ),
  'schema.invalid': entry(422, 'The schema is not valid.', 'Correct what `errors` names.'),
  'schema.breaks-history': entry(
    422,
    'The new schema cannot read what is already stored.',
    'Keep the type, unit and axes of the fields in `errors`, use another name, or say under `upcasts` how to read them.',
  ),
  'schema.too-many-versions': entry(
    422,
    'The device has as many schema versions as it may have.',
    'Keep the schema as it is, and register another device for what is measured from now on.',
  ),
  'schema.changed-meanwhile': entry(
    412,
    'The schema has changed since you read it.',
    'Read it again and repeat the change with the new ETag.',
  ),
  'readings.none-accepted': entry(
    422,
    'None of the readings was accepted.',
    'See `rejected`: each entry says what to change. GET …/rejections shows them again.',
  ),
  'readings.empty': entry(422, 'The request holds no reading.', 'Send at least one reading.'),
  'readings.not-readings': entry(422, 'The body is valid, but not readings.', 'Send one reading (an object) or an array of readings.'),
  'reading.above-max': entry(422, 'A value is above the maximum of its field.', 'Check the sensor or raise `max` in the schema.'),
  'reading.below-min': entry(422, 'A value is below the minimum of its field.', 'Check the sensor or lower `min` in the schema.'),
  'reading.wrong-type': entry(
    422,
    'A value has another type than its field.',
    'Send the type that the schema names; numbers must be finite.',
  ),
  'reading.missing-field': entry(422, 'A required field is missing.', 'Send the field, or make it optional in the schema.'),
  'reading.unknown-field': entry(422, 'The schema has no such field.', 'Add it to the schema, or set `unknownFields` to `ignore`.'),
  'reading.not-in-enum': entry(
    422,
    'The value is not among those the field allows.',
    'Send one of the values that the schema lists, or add it there.',
  ),
  'reading.too-long': entry(422, 'The text is longer than its field allows.', 'Send shorter text or raise `maxLength`.'),
  'reading.bad-time': entry(
    422,
    'The time cannot be understood, or lies outside 1678 to 2261.',
    'Send ISO 8601, which is taken for UTC where it names no zone, or a number of s, ms, µs or ns since 1970.',
  ),
  'reading.bad-seq': entry(
    422,
    'The sequence number cannot be used.',
    'Send an unsigned 64-bit integer, as a number or decimal text, that is not older than the gaps still remembered.',
  ),
  'idempotency.bad-key': entry(400, 'The Idempotency-Key is not valid.', 'Send 1 to 255 visible ASCII characters.'),
  'idempotency.key-reused': entry(
    422,
    'This Idempotency-Key was used with another body.',
    'Use a new key for a new request; nothing was stored.',
  ),
  'limit.requests': entry(429, 'Too many requests with this key.', 'Wait as Retry-After says; send larger batches.'),
  'limit.readings': entry(429, 'Too many readings with this key.', 'Wait as Retry-After says.'),
  'limit.sign-in': entry(429, 'Too many tries from this address.', 'Wait as Retry-After says.'),
  'limit.subscriptions': entry(429, 'One connection subscribes to too many devices.', 'Unsubscribe from some, or open another connection.'),
  'limit.mailbox': entry(429, 'Too many commands wait for this device.', 'Wait as Retry-After says; send larger batches.'),
  'overload.queue-full': entry(
    503,
    'The service is taking in as much as it can.',
    'Nothing was stored. Wait as Retry-After says and send it again.',
  ),
  'overload.unavailable': entry(
    503,
    'A part of the service that is needed to take this in is away.',
    'Nothing was stored. Wait as Retry-After says and send it again.',
  ),
  'overload.disk-full': entry(
    503,
    'The service has no room left to store anything.',
    'Nothing was stored. Send it again later; whoever runs the service has to make room on its disk.',
  ),
  'overload.stopping': entry(503, 'The service is stopping.', 'Nothing was stored. Send it again in a few seconds.'),
  'overload.timeout': entry(
    503,
    'The answer did not come in time; it may or may not be stored.',
    'Send it again with the same Idempotency-Key or sequence numbers: it is never counted twice.',
  ),
  'command.parked': entry(
    503,
    'The command failed repeatedly and was parked for an operator.',
    'It is kept. Ask the operator of this service to look at the parked commands.',
  ),
  'projection.unknown': entry(404, 'There is no such projection.', 'List the projections with GET /api/v1/projections.'),
  'rebuild.unknown': entry(
    404,
    'There is no such rebuild or verification of this projection.',
    'List them with GET on the path without its id.',
  ),
  'rebuild.under-way': entry(
    409,
    'A rebuild or verification of this projection is under way.',
    'Wait for it, or cancel it with DELETE; `rebuildId` names it.',
  ),
  'rebuild.ended': entry(409, 'The rebuild or verification has ended.', 'Start another one with POST.'),
  'generation.unknown': entry(404, 'The projection has no such generation.', 'See `generations` in GET /api/v1/projections/{name}.'),
  'generation.in-use': entry(
    409,
    'The generation is live, or being built.',
    'Only old generations can be dropped; a rebuild under way is cancelled with DELETE.',
  ),
  'analysis.unknown': entry(404, 'There is no such analysis in your account.', 'List them with GET /api/v1/analyses.'),
  'analysis.unknown-operation': entry(
    422,
    'There is no such operation.',
    'Choose one that GET /api/v1/operations lists; `parameter` names what to correct.',
  ),
  'analysis.bad-parameter': entry(
    422,
    'A parameter of the operation is missing or out of bounds.',
    'Correct the parameter named in `parameter`; GET /api/v1/operations describes each.',
  ),
  'analysis.bad-input': entry(
    422,
    'The fields do not fit the operation.',
    'Give as many fields, of the kind, as GET /api/v1/operations says under `input`.',
  ),
  'analysis.not-online': entry(
    422,
    'The operation cannot stand.',
    'Choose one that GET /api/v1/operations marks as `online`, or leave out `standing`.',
  ),
  'analysis.ended': entry(409, 'The analysis has ended.', 'Ask for another one with POST /api/v1/analyses.'),
  'analysis.under-way': entry(409, 'The analysis has not ended.', 'Cancel it first.'),
  'alert-rule.unknown': entry(404, 'There is no such alert rule in your account.', 'List them with GET /api/v1/alert-rules.'),
  'alert-rule.id-taken': entry(
    409,
    'An alert rule with this id exists, or existed.',
    'Send the request again under another Idempotency-Key: each is given an id of its own.',
  ),
  'alert-rule.invalid': entry(422, 'The alert rule is not valid.', 'Correct what `errors` names.'),
  'alert-rule.changed-meanwhile': entry(
    412,
    'The alert rule has changed since you read it.',
    'Read it again and repeat the change with the new ETag.',
  ),
  'alert-rule.too-many': entry(422, 'The account has as many alert rules as it may have.', 'Retire rules that are not needed.'),
  'alert.unknown': entry(404, 'There is no such alert in your account.', 'List them with GET /api/v1/alerts.'),
  'alert.outdated': entry(409, 'The alert belongs to another version of its rule.', 'Nothing needs to be done.'),
  'parked-command.unknown': entry(
    404,
    'There is no such parked command.',
    'List them with GET /api/v1/parked-commands; it may have been retried or dropped.',
  ),
  defect: entry(500, 'Something went wrong inside the service.', 'Try again; if it stays, report the correlation id.'),
} as const satisfies Record<string, ErrorAdvice>;

export type ErrorCode = keyof typeof ERRORS;

export function adviceFor(code: string): ErrorAdvice {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode] : ERRORS.defect;
}

/** RFC 9457, `application/problem+json`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  /** What went wrong, and where. */
  detail: string;
  /** What to do. */
  advice: string;
  instance?: string;
  correlationId?: string;
  [member: string]: unknown;
}

export function problem(code: string, detail: string, members: Record<string, unknown> = {}): Problem {
  const { status, title, advice } = adviceFor(code);
  return { ...members, type: `https://thingsio.dev/problems/${code}`, title, status, code, detail, advice };
}
