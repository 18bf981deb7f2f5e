import { Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveRun } from '@/api/live-run';
import type { Run } from '@/api/types';
import { useNodeTypes } from '@/api/workflows';
import { GraphCanvas } from '@/canvas/graph-canvas';
import { type NodeTypes, nameOf, nodeByKey, readGraph } from '@/core/graph/document';
import { failedStep } from '@/core/run/failure';
import { asksPerson, ended, type RunStep } from '@/core/run/model';
import type { RunOverlay } from '@/core/run/overlay';
import { isInRounds, latestRounds, type Rounds } from '@/core/run/rounds';
import { duration } from '@/core/time';
import { ButtonLink, TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { SampleTag } from '@/ui/sample-tag';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo, useNow } from '@/ui/time-ago';
import { ChildRuns } from './child-runs';
import { ReviewPanel } from './review-panel';
import { RoundBar } from './round-bar';
import classes from './run.module.css';
import { RunActions } from './run-actions';
import { RunHistory } from './run-history';
import { FailurePanel } from './run-panels';
import { StartedBy } from './started-by';
import { StepPanel } from './step-panel';
import { Timeline } from './timeline';
import { WaitingPanel } from './waiting-panel';

/** Types of steps that start other runs. */
const CALLING = new Set(['run_workflow', 'for_each']);

export default function RunPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/runs/$id' });
  const { run, error, state, overlay } = useLiveRun(id);
  const nodeTypes = useNodeTypes();
  const back = (
    <TextLink to="/runs" search={{}} size="sm" c="dimmed" className={classes.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.runs')}
    </TextLink>
  );
  if (error) {
    return (
      <Page title={t('runs.one')} back={back}>
        <ProblemAlert error={error} title={t('runs.noAccess')} />
      </Page>
    );
  }
  if (!run || !nodeTypes.data) {
    return (
      <Page title={t('runs.one')} back={back}>
        <ProblemAlert error={nodeTypes.error} />
        <Waiting />
      </Page>
    );
  }
  return (
    <Page
      title={run.title || run.workflow.name}
      back={back}
      heading={
        <span className={classes.heading}>
          {run.title || run.workflow.name} <RunBadge status={run.status} needsPerson={run.steps.some(asksPerson)} />
        </span>
      }
      lead={<Facts run={run} away={state === 'closed'} />}
      actions={<RunActions run={run} />}
      width="full"
    >
      <RunView run={run} overlay={overlay} nodeTypes={nodeTypes.data} />
    </Page>
  );
}

const nameIn = (run: Run, key: string) => nodeByKey(run.graph, key)?.name || key;

function Facts({ run, away }: { run: Run; away: boolean }) {
  const { t } = useTranslation();
  const going = !ended(run.status);
  const now = useNow(1000, going);
  const took = (run.ended_at ? Date.parse(run.ended_at) : now.getTime()) - Date.parse(run.created_at);
  return (
    <div className={classes.facts}>
      <TextLink to="/workflows/$id" params={{ id: run.workflow.id }}>
        {run.workflow.name}
      </TextLink>
      {run.mode === 'test' || run.version === null ? (
        <SampleTag label={t('runs.test')} />
      ) : (
        <span>{t('runs.version', { number: run.version })}</span>
      )}
      {run.only && <span>{t('runs.only', { step: nameIn(run, run.only) })}</span>}
      {run.until && <span>{t('runs.until', { step: nameIn(run, run.until) })}</span>}
      <span>
        <StartedBy run={run} />
      </span>
      <TimeAgo at={run.created_at} />
      <span>{going ? t('runs.soFar', { time: duration(took) }) : t('runs.took', { time: duration(took) })}</span>
      {run.repeats && (
        <TextLink to="/runs/$id" params={{ id: run.repeats }} search={{}}>
          {t('runs.repeats')}
        </TextLink>
      )}
      {run.parent && (
        <TextLink to="/runs/$id" params={{ id: run.parent.run }} search={{ step: run.parent.step }}>
          {t('runs.parent')}
        </TextLink>
      )}
      {away && <span role="status">{t('runs.away')}</span>}
    </div>
  );
}

function RunView({ run, overlay, nodeTypes }: { run: Run; overlay: RunOverlay; nodeTypes: NodeTypes }) {
  const { t } = useTranslation();
  const graph = useMemo(() => readGraph(run.graph), [run.graph]);
  const latest = useMemo(() => latestRounds(run.steps), [run.steps]);
  const [rounds, setRounds] = useState<Rounds>({});
  const chooseRound = useCallback(
    (loop: string, round: number | null) => {
      overlay.choose(loop, round);
      setRounds(({ [loop]: _, ...others }) => (round === null ? others : { ...others, [loop]: round }));
    },
    [overlay],
  );
  const { node, step, choose, chooseNode } = useChosen(run, { ...latest, ...rounds });
  const calls = graph.nodes.some((one) => CALLING.has(one.type));
  const selected = useMemo(() => (node === null ? [] : [node]), [node]);
  const onSelect = useCallback((keys: string[]) => chooseNode(keys.at(-1) ?? null), [chooseNode]);
  const nameOfNode = useCallback(
    (key: string) => {
      const found = nodeByKey(graph, key);
      return found ? nameOf(found, nodeTypes) : key;
    },
    [graph, nodeTypes],
  );
  return (
    <>
      <FailurePanel run={run} nameOf={nameOfNode} onShow={choose} />
      <ReviewPanel run={run} nameOf={nameOfNode} />
      <WaitingPanel run={run} nameOf={nameOfNode} />
      <RoundBar latest={latest} chosen={rounds} nameOf={nameOfNode} onChoose={chooseRound} />
      <div className={classes.stage} data-open={node !== null || undefined}>
        <section className={classes.canvas} aria-label={t('runs.canvas')}>
          <GraphCanvas
            graph={graph}
            nodeTypes={nodeTypes}
            readOnly
            selected={selected}
            onSelect={onSelect}
            overlay={overlay}
          />
        </section>
        {node !== null && (
          <aside className={classes.panel} aria-label={t('runs.panel.label')}>
            <StepPanel
              run={run}
              node={node}
              name={nameOfNode(node)}
              step={step}
              onChoose={choose}
              onClose={() => chooseNode(null)}
            />
          </aside>
        )}
      </div>
      <Timeline run={run} nameOf={nameOfNode} chosen={step?.step ?? null} onChoose={choose} />
      <ChildRuns run={run.id} enabled={calls} />
      <RunHistory run={run.id} />
      <Text size="xs" c="dimmed">
        {t('runs.history')}{' '}
        <ButtonLink to="/workflows/$id" params={{ id: run.workflow.id }} variant="transparent" size="compact-xs">
          {t('runs.openWorkflow')}
        </ButtonLink>
      </Text>
    </>
  );
}

/** The chosen step stands in the address; a failed run opens with its failed step chosen. */
function useChosen(run: Run, rounds: Rounds) {
  const search = useSearch({ from: '/authed/shell/runs/$id' });
  const navigate = useNavigate({ from: '/runs/$id' });
  const [unrun, setUnrun] = useState<string | null>(null);
  const step = run.steps.find((one) => one.step === search.step) ?? null;
  const seen = useRef({ steps: run.steps, rounds });
  seen.current = { steps: run.steps, rounds };

  const choose = useCallback(
    (chosen: number | null) => {
      setUnrun(null);
      void navigate({ search: { step: chosen ?? undefined }, replace: true, resetScroll: false });
    },
    [navigate],
  );
  const chooseNode = useCallback(
    (key: string | null) => {
      const latest = key === null ? undefined : latestOf(seen.current.steps, key, seen.current.rounds);
      choose(latest?.step ?? null);
      if (key !== null && !latest) setUnrun(key);
    },
    [choose],
  );

  const failed = run.status === 'failed' ? failedStep(run)?.step : undefined;
  const asked = useRef(search.step !== undefined);
  useEffect(() => {
    if (failed === undefined || asked.current) return;
    asked.current = true;
    choose(failed);
  }, [failed, choose]);

  return { node: step?.node ?? unrun, step, choose, chooseNode };
}

function latestOf(steps: readonly RunStep[], node: string, rounds: Rounds): RunStep | undefined {
  const own = steps.filter((step) => step.node === node && isInRounds(step, rounds));
  return own.find((step) => step.status === 'failed') ?? own.at(-1);
}
