/** What answers questions about alerts. */
import { AlertRules } from './alert-rules.js';
import { Alerts } from './alerts.js';
import { BackTestRequests } from './back-test-requests.js';
import { BackTests } from './back-tests.js';
import { RuleVersions } from './rule-versions.js';
import { WhoActs } from './who-acts.js';

export const ALERT_PROVIDERS = [AlertRules, Alerts, BackTests, BackTestRequests, RuleVersions, WhoActs];
