import { Button, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Proposal, useApplyProposal, useDiscardProposal, useProposal } from '@/api/help';
import { draftQuery, useNodeTypes, useWorkflow } from '@/api/workflows';
import { GraphCanvas } from '@/canvas/graph-canvas';
import { MarksContext } from '@/canvas/marks';
import { compareGraphs } from '@/core/graph/compare';
import { readGraph } from '@/core/graph/document';
import { ButtonLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import editor from '../editor.module.css';
import { ChangeList } from '../versions/change-list';
import { LookingBar } from '../versions/looking-bar';
import versions from '../versions/versions.module.css';
import classes from './help.module.css';

/** `/workflows/<id>/proposal`: the draft beside what a language model would make of it. Nothing changes until Apply. */
export default function ProposalPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/workflows/$id/proposal' });
  const workflow = useWorkflow(id);
  const nodeTypes = useNodeTypes();
  const draft = useQuery(draftQuery(id));
  const proposal = useProposal(id);
  const [selected, setSelected] = useState<string[]>([]);
  const comparison = useMemo(
    () =>
      draft.data && proposal.data ? compareGraphs(readGraph(draft.data.graph), readGraph(proposal.data.graph)) : null,
    [draft.data, proposal.data],
  );
  const failed = [workflow, nodeTypes, draft, proposal].find((query) => query.error && !query.data);
  if (failed) {
    return (
      <main id="main" tabIndex={-1} className={versions.failed}>
        <h1 className={versions.title}>{t('help.proposal.title')}</h1>
        <ProblemAlert error={failed.error} retry={() => void failed.refetch()} />
      </main>
    );
  }
  if (!workflow.data || !nodeTypes.data || !draft.data || proposal.data === undefined) {
    return (
      <div className={editor.wait}>
        <Loader aria-label={t('editor.loading')} />
      </div>
    );
  }
  return (
    <main id="main" tabIndex={-1} className={editor.page}>
      <LookingBar workflow={workflow.data} what={t('help.proposal.title')}>
        {proposal.data && <Answers workflow={id} proposal={proposal.data} />}
      </LookingBar>
      {proposal.data ? (
        <About proposal={proposal.data} />
      ) : (
        <div className={classes.about}>
          <p>{t('help.proposal.none')}</p>
          <div>
            <ButtonLink to="/workflows/$id" params={{ id }} search={{}} size="compact-sm" variant="default">
              {t('help.proposal.back')}
            </ButtonLink>
          </div>
        </div>
      )}
      {comparison && (
        <div className={`${editor.body} ${versions.compared}`}>
          <div className={editor.stage}>
            <MarksContext.Provider value={comparison}>
              <GraphCanvas
                readOnly
                graph={comparison.both}
                nodeTypes={nodeTypes.data}
                selected={selected}
                onSelect={setSelected}
              />
            </MarksContext.Provider>
          </div>
          <ChangeList
            comparison={comparison}
            nodeTypes={nodeTypes.data}
            selected={selected[0] ?? null}
            onSelect={(key) => setSelected([key])}
          />
        </div>
      )}
    </main>
  );
}

function About({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  return (
    <div className={classes.about}>
      <Text size="sm" c="dimmed">
        {t('help.proposal.asked', { sentence: proposal.sentence })}
      </Text>
      <p>{proposal.plan}</p>
      <Text size="sm" c="dimmed">
        {proposal.blanks > 0 ? t('help.proposal.blanks', { count: proposal.blanks }) : t('help.proposal.whole')}{' '}
        {t('help.proposal.live')}
      </Text>
    </div>
  );
}

function Answers({ workflow, proposal }: { workflow: string; proposal: Proposal }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const apply = useApplyProposal(workflow);
  const discard = useDiscardProposal(workflow);
  const busy = apply.isPending || discard.isPending;
  // These buttons are gone as soon as the proposal is, so what comes then does not hang on them.
  const answer = (answering: Promise<unknown>, words: string) =>
    void answering.then(
      () => {
        toast.done(words);
        return navigate({ to: '/workflows/$id', params: { id: workflow }, search: {} });
      },
      (error) => toast.failed(error),
    );
  return (
    <>
      <Button
        variant="default"
        disabled={busy}
        onClick={() => answer(discard.mutateAsync(proposal.id), t('help.proposal.discarded'))}
      >
        {t('help.proposal.discard')}
      </Button>
      <Button
        loading={apply.isPending}
        disabled={busy}
        onClick={() => answer(apply.mutateAsync(proposal.id), t('help.proposal.applied'))}
      >
        {t('help.proposal.apply')}
      </Button>
    </>
  );
}
