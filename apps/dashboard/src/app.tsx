/** Providers and routes: who is not signed in sees the two doors, everybody else the pages. */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { queryClient } from './api/client.js';
import { useMe } from './api/queries.js';
import { discardWhatWasLeft } from './chart-operations/let-go.js';
import { SignInPage, SignUpPage } from './pages/auth-pages.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { latePart } from './parts/late-part.js';
import { PartLoading } from './parts/part-loading.js';
import { ErrorBoundary } from './shell/error-boundary.js';
import { Shell } from './shell/shell.js';
import { ProblemNote } from './ui/problem-note.js';
import { PageLoading } from './ui/page-loading.js';
import { storedZone, storeZone, ZoneContext } from './time/zone.js';
import { cssVariablesResolver, theme } from './theme/theme.js';

const DevicesPage = latePart(() => import('./pages/devices-page.js'));
const NewDevicePage = latePart(() => import('./pages/new-device-page.js'));
const DevicePage = latePart(() => import('./pages/device-page.js'));
const ApiKeysPage = latePart(() => import('./pages/api-keys-page.js'));
const AnalysesPage = latePart(() => import('./pages/analyses-page.js'));
const NewAnalysisPage = latePart(() => import('./pages/new-analysis-page.js'));
const CompareAnalysesPage = latePart(() => import('./pages/compare-analyses-page.js'));
const AnalysisPage = latePart(() => import('./pages/analysis-page.js'));
const AlertsPage = latePart(() => import('./pages/alerts-page.js'));
const AlertPage = latePart(() => import('./pages/alert-page.js'));
const AlertRulesPage = latePart(() => import('./pages/alert-rules-page.js'));
const AlertRulePage = latePart(() => import('./pages/alert-rule-page.js'));
const OperatePage = latePart(() => import('./pages/operate-page.js'));

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <ZoneProvider>
          <ErrorBoundary>
            <Doors />
          </ErrorBoundary>
        </ZoneProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function ZoneProvider({ children }: { children: ReactNode }) {
  const [zone, setZone] = useState(storedZone);
  const choice = useMemo(
    () => ({
      zone,
      choose: (next: string) => {
        storeZone(next);
        setZone(next);
      },
    }),
    [zone],
  );
  return <ZoneContext value={choice}>{children}</ZoneContext>;
}

function Doors() {
  const me = useMe();
  if (me.isPending) return <PageLoading />;
  if (me.data === undefined) return <ProblemNote error={me.error} retry={() => void me.refetch()} centred />;
  return me.data ? <SignedIn /> : <SignedOut />;
}

function SignedOut() {
  const [path] = useLocation();
  const search = useSearch();
  const back = path === '/' ? '' : `?next=${encodeURIComponent(path + (search ? `?${search}` : ''))}`;
  return (
    <Switch>
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/sign-up" component={SignUpPage} />
      <Route>
        <Redirect to={`/sign-in${back}`} replace />
      </Route>
    </Switch>
  );
}

function SignedIn() {
  const [path] = useLocation();
  const mayOperate = useMe().data?.scopes.includes('operate');
  const query = new URLSearchParams(useSearch());
  useEffect(discardWhatWasLeft, []);
  return (
    <Shell>
      <ErrorBoundary of={path}>
        <Suspense fallback={<PartLoading />}>
          <Switch>
            <Route path="/" component={DevicesPage} />
            <Route path="/devices/new" component={NewDevicePage} />
            <Route path="/devices/:deviceId/:tab?">
              {({ deviceId, tab }) => <DevicePage key={deviceId} deviceId={deviceId} tab={tab} />}
            </Route>
            <Route path="/analyses" component={AnalysesPage} />
            <Route path="/analyses/new" component={NewAnalysisPage} />
            <Route path="/analyses/compare" component={CompareAnalysesPage} />
            <Route path="/analyses/:analysisId">{({ analysisId }) => <AnalysisPage key={analysisId} analysisId={analysisId} />}</Route>
            <Route path="/alerts" component={AlertsPage} />
            <Route path="/alerts/:alertId">{({ alertId }) => <AlertPage key={alertId} alertId={alertId} />}</Route>
            <Route path="/alert-rules" component={AlertRulesPage} />
            <Route path="/alert-rules/new">
              <AlertRulePage key="new" />
            </Route>
            <Route path="/alert-rules/:ruleId">{({ ruleId }) => <AlertRulePage key={ruleId} ruleId={ruleId} />}</Route>
            <Route path="/api-keys" component={ApiKeysPage} />
            {mayOperate && <Route path="/operate" component={OperatePage} />}
            <Route path="/sign-in">
              <Redirect to={safePath(query.get('next'))} replace />
            </Route>
            <Route path="/sign-up">
              <Redirect to="/" replace />
            </Route>
            <Route component={NotFoundPage} />
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </Shell>
  );
}

/** Only a path of this page: a link elsewhere must not come in by `next`. */
export function safePath(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}
