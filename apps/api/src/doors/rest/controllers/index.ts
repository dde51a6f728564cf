/** Every controller of the api. */
import { AlertRulesController } from '../../../alerts/alert-rules.controller.js';
import { AlertsController } from '../../../alerts/alerts.controller.js';
import { AnalysesController } from '../../../analyses/analyses.controller.js';
import { ClusterController } from '../../../operator/cluster.controller.js';
import { OperatorController } from '../../../operator/operator.controller.js';
import { ParkedCommandsController } from '../../../operator/parked/parked-commands.controller.js';
import { ProjectionsController } from '../../../operator/projections/projections.controller.js';
import { AccountsController } from './accounts.controller.js';
import { DataController } from './data.controller.js';
import { DevicesController } from './devices.controller.js';

export const CONTROLLERS = [
  AccountsController,
  DevicesController,
  DataController,
  AnalysesController,
  AlertRulesController,
  AlertsController,
  ProjectionsController,
  ParkedCommandsController,
  ClusterController,
  OperatorController,
];
