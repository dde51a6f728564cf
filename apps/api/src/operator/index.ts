/** What the operators' routes need. */
import { ClusterFigures } from './cluster-figures.js';
import { Metrics } from './metrics.js';
import { Operators } from './operators.js';
import { ParkedCommands } from './parked/parked-commands.js';
import { ProjectionViews } from './projections/projection-views.js';
import { Rebuilds } from './projections/rebuilds.js';
import { Readiness } from './readiness.js';

export const OPERATOR_PROVIDERS = [...[Operators, ClusterFigures, Metrics, Readiness], ...[ProjectionViews, Rebuilds, ParkedCommands]];
