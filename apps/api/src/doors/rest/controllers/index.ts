/** Every controller of the api. */
import { OperatorController } from '../../../operator/operator.controller.js';
import { AccountsController } from './accounts.controller.js';
import { DataController } from './data.controller.js';
import { DevicesController } from './devices.controller.js';

export const CONTROLLERS = [AccountsController, DevicesController, DataController, OperatorController];
