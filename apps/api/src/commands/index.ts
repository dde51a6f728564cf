/** Every use case that changes something. */
import { DescribeDeviceHandler } from './describe-device/describe-device.js';
import { EndSessionHandler } from './end-session/end-session.js';
import { IssueApiKeyHandler } from './issue-api-key/issue-api-key.js';
import { OpenAccountHandler } from './open-account/open-account.js';
import { RegisterDeviceHandler } from './register-device/register-device.js';
import { RegisterSchemaHandler } from './register-schema/register-schema.js';
import { RetireDeviceHandler } from './retire-device/retire-device.js';
import { RevokeApiKeyHandler } from './revoke-api-key/revoke-api-key.js';
import { StartSessionHandler } from './start-session/start-session.js';

export const COMMAND_HANDLERS = [
  OpenAccountHandler,
  StartSessionHandler,
  EndSessionHandler,
  IssueApiKeyHandler,
  RevokeApiKeyHandler,
  RegisterDeviceHandler,
  DescribeDeviceHandler,
  RegisterSchemaHandler,
  RetireDeviceHandler,
];
