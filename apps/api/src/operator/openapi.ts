/** Query parameters of the operators' routes, for the OpenAPI document. */
import type { ParameterText } from '../doors/rest/openapi/parameters.js';

export const REASON_PARAMETER: ParameterText = {
  name: 'reason',
  description: 'Why; it is written into the log of the service.',
  schema: { type: 'string', maxLength: 500 },
};
