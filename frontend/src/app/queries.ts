import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isApiError } from '@/api/client';
import { sessionQuery } from '@/api/session';

/** Signed out meanwhile: the session says so, and the pages behind the sign-in lead back to it. */
function onError(error: unknown) {
  if (isApiError(error) && error.status === 401)
    void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // Being cut off is told by the request that fails, not by a guess of the browser.
      networkMode: 'always',
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && (!isApiError(error) || error.status === 0 || error.status >= 500),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
