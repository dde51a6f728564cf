/** All that lives on a shard. */
import type { AnyBehaviour } from '#actors';
import { accountBehaviour } from './account.behaviour.js';
import { analysisBehaviour } from './analysis.behaviour.js';
import { alertRuleBehaviour } from './alert-rule.behaviour.js';
import { deviceBehaviour, type DeviceLimits } from './device.behaviour.js';
import { emailBehaviour } from './email.behaviour.js';
import { modelBehaviour } from './model.behaviour.js';
import { requestBehaviour } from './request.behaviour.js';

export function ingestorBehaviours(limits: DeviceLimits): AnyBehaviour[] {
  return [
    deviceBehaviour(limits),
    accountBehaviour,
    emailBehaviour,
    requestBehaviour,
    analysisBehaviour,
    modelBehaviour,
    alertRuleBehaviour,
  ];
}
