import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import type { Session } from '@/api/types';
import { Toasts } from '@/ui/toasts';

export const SESSION: Session = {
  user: { id: 'u1', name: 'Maria Keller', email: 'maria@example.com', preferences: {} },
  workspaces: [
    {
      id: 'w1',
      name: 'Nordwind AG',
      roles: ['builder', 'approver'],
      verbs: ['workflow:read', 'workflow:edit', 'run:read', 'task:read', 'task:decide'],
      four_eyes: 'self_with_reason',
    },
  ],
  shut: [],
  needs_owner: false,
  environment: null,
  features: { language_model: false, smtp: false, company_sign_in: null },
};

/** Draws `element` as the only page, with the session of a signed-in person. */
export async function draw(element: ReactNode, session: Session = SESSION) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
  client.setQueryData(['session'], session);
  const root = createRootRoute({ component: () => <main data-testid="page">{element}</main> });
  const router = createRouter({ routeTree: root, history: createMemoryHistory({ initialEntries: ['/'] }) });
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
      <Toasts />
    </MantineProvider>,
  );
  await screen.findByTestId('page');
}

interface Sent {
  method: string;
  path: string;
  body: unknown;
}

/** Answers requests by "METHOD path"; gives the list of what was sent. An unexpected request fails the test. */
export function answer(answers: Record<string, { status?: number; body: unknown }>): Sent[] {
  const sent: Sent[] = [];
  // biome-ignore lint/suspicious/noDocumentCookie: the browser would have it from the server
  document.cookie = 'csrftoken=token';
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET';
    sent.push({ method, path, body: typeof init.body === 'string' ? JSON.parse(init.body) : init.body });
    const found = answers[`${method} ${path}`];
    if (!found) throw new Error(`Nobody answers ${method} ${path}`);
    return new Response(JSON.stringify(found.body), { status: found.status ?? 200 });
  });
  return sent;
}
