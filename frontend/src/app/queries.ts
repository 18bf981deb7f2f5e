import { QueryClient } from '@tanstack/react-query';
import { isApiError } from '@/api/client';

export const queryClient: QueryClient = new QueryClient({
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
