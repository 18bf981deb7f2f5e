import { screen, within } from '@testing-library/react';
import { answer, draw, SESSION } from '../../../test/render';
import HomePage from './home-page';

const NONE = { body: { results: [], next: null, previous: null, count: 0 } };
const TEMPLATES = { body: [{ key: 'intake', name: 'Document intake', description: 'Reads what arrives', steps: 9 }] };

describe('home without a workflow', () => {
  // ux: 2
  it('offers one thing to do, and templates', async () => {
    answer({ 'GET /api/workspaces/w1/workflows?page_size=5': NONE, 'GET /api/workspaces/w1/templates': TEMPLATES });
    await draw(<HomePage />);
    await screen.findByText('There is no workflow yet.');
    expect(screen.getAllByRole('button', { name: 'Create workflow' })).toHaveLength(1);
    const templates = await screen.findByRole('list', { name: 'Start from a template' });
    expect(within(templates).getByRole('button', { name: 'Use template Document intake' })).toBeEnabled();
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('tells who may not build one what will be there', async () => {
    answer({ 'GET /api/workspaces/w1/workflows?page_size=5': NONE });
    const workspaces = SESSION.workspaces.map((one) => ({ ...one, verbs: ['workflow:read' as const] }));
    await draw(<HomePage />, { ...SESSION, workspaces });
    await screen.findByText('There is no workflow yet.');
    expect(screen.queryByRole('button', { name: 'Create workflow' })).toBeNull();
  });
});
