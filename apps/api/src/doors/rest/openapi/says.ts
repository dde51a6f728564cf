/** What a route says of itself in the OpenAPI document. Only noted here: the library that makes a document of it is loaded when
 *  somebody asks for the document, not at every start. */
import { SetMetadata } from '@nestjs/common';
import type { ParameterText } from './parameters.js';

export interface RouteText {
  summary: string;
  tag: string;
  /** The name of a component. */
  body?: string;
  /** Status, and the name of the component that is the body. */
  ok: [status: number, body?: string];
  errors?: number[];
  open?: boolean;
  list?: boolean;
  asOf?: boolean;
  tagged?: boolean;
  tables?: boolean;
  idempotent?: boolean;
  parameters?: ParameterText[];
}

export const SAYS = 'thingsio:says';

export const Says = (it: RouteText): MethodDecorator => SetMetadata(SAYS, it);
