/** Query parameters of the routes of analyses, for the OpenAPI document. */
import { type ParameterText, RANGE_PARAMETERS } from '../doors/rest/openapi/parameters.js';

export const RESULT_PARAMETERS: ParameterText[] = [
  ...RANGE_PARAMETERS.filter(({ name }) => name !== 'tz'),
  {
    name: 'points',
    description: 'At most about so many rows of the result; the least and the greatest of each stretch stay.',
    schema: { type: 'integer', minimum: 2 },
  },
];
