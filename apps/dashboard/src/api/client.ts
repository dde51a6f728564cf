/** TanStack Query's client: what is retried, and what a lost session does. */
import { QueryCache, QueryClient, MutationCache } from '@tanstack/react-query';
import { isWithoutSession, ProblemError } from './http.js';
import { session } from './session.js';

function whenSessionIsLost(error: unknown): void {
  if (!isWithoutSession(error)) return;
  void session.renewed().then((renewed) => {
    if (!renewed) queryClient.setQueryData(['me'], null);
  });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: whenSessionIsLost }),
  mutationCache: new MutationCache({ onError: whenSessionIsLost }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && !(error instanceof ProblemError && isFinal(error.status)),
    },
  },
});

/** What was refused is refused again; only overload and a lost connection may pass. */
const isFinal = (status: number): boolean => status >= 400 && status < 500 && status !== 429;
