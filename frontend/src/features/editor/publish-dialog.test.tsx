import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw } from '../../../test/render';
import { PublishDialog } from './publish-dialog';

vi.mock('./editor-store', () => ({ useEditorActions: () => ({ settle: () => undefined }) }));

const TAKES = 'GET /api/workflows/f1/publishing';
const ASK = { rule: 'ask', request: null, requester: null, choices: [], uses: [] };

afterEach(() => vi.unstubAllGlobals());

it('publishes nothing before it is known whether a second person has to agree', async () => {
  const sent = answer({ [TAKES]: { body: ASK }, 'POST /api/workflows/f1/publish': { status: 201, body: {} } });
  const flush = vi.fn().mockResolvedValueOnce(false).mockResolvedValue(true);
  const stay = () => undefined;
  await draw(<PublishDialog workflow="f1" opened onClose={stay} onFirst={stay} flush={flush} />);
  await waitFor(() => expect(flush).toHaveBeenCalledOnce());
  await userEvent.click(await screen.findByRole('button', { name: 'Publish' }));
  expect(await screen.findByRole('button', { name: 'Ask for approval' })).toBeInTheDocument();
  expect(sent.map(({ method }) => method)).toEqual(['GET']);
});
