import { Text } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { GraphCanvas } from '@/canvas/graph-canvas';
import { type NodeTypes, nameOf, nodeByKey, readGraph } from '@/core/graph/document';
import { portsIn } from '@/core/graph/ports';
import { isInner } from '@/core/run/model';
import type { RunOverlay } from '@/core/run/overlay';
import { type Followed, latestRounds, type Rounds } from '@/core/run/rounds';
import type { SpeechStore } from '@/core/run/said';
import { ButtonLink } from '@/ui/button-link';
import { RunLog } from '@/ui/run-log';
import { ChildRuns } from './child-runs';
import { FollowBar } from './follow-bar';
import { ProblemsPanel } from './problems-panel';
import { ProgressPanel } from './progress-panel';
import { ReplayBar } from './replay-bar';
import { ReviewPanel } from './review-panel';
import { RoundBar } from './round-bar';
import classes from './run.module.css';
import { RunHistory } from './run-history';
import { FailurePanel } from './run-panels';
import { StepPanel } from './step-panel';
import { useChosenStep } from './use-chosen-step';
import type { Replaying } from './use-replay';
import { WaitingPanel } from './waiting-panel';

/** Types of steps that start other runs. */
const CALLING = new Set(['run_workflow', 'for_each', 'run_agent', 'call_tool']);

interface RunViewProps {
  overlay: RunOverlay;
  nodeTypes: NodeTypes;
  /** The run as it is, or as it was at a moment. */
  replaying: Replaying;
  /** What its steps are writing right now. */
  speeches: SpeechStore;
}

export function RunView({ overlay, nodeTypes, replaying, speeches }: RunViewProps) {
  const { t } = useTranslation();
  const { run, replay } = replaying;
  const graph = useMemo(() => readGraph(run.graph), [run.graph]);
  const latest = useMemo(() => latestRounds(run.steps), [run.steps]);
  const [rounds, setRounds] = useState<Rounds>({});
  const [followed, setFollowed] = useState<Followed>({});
  const chooseRound = useCallback(
    (loop: string, round: number | null) => {
      overlay.choose(loop, round);
      setRounds(({ [loop]: _, ...others }) => (round === null ? others : { ...others, [loop]: round }));
    },
    [overlay],
  );
  const follow = useCallback(
    (items: Followed) => {
      overlay.follow(items);
      setFollowed(items);
    },
    [overlay],
  );
  const { node, step, choose, chooseNode } = useChosenStep(run, { ...latest, ...rounds }, followed);
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
  const wayName = (port: string) => {
    const found = nodeByKey(graph, node);
    const ports = found ? portsIn(graph, found, nodeTypes.get(found.type)) : [];
    return ports.find((one) => one.key === port)?.label || port;
  };
  return (
    <>
      {replay && (
        <ReplayBar
          replay={replay}
          moment={replaying.moment}
          nameOf={nameOfNode}
          onMoment={replaying.setMoment}
          onEnd={replaying.toggle}
        />
      )}
      <FailurePanel run={run} nameOf={nameOfNode} onShow={choose} />
      <ProblemsPanel run={run} nameOf={nameOfNode} onShow={choose} />
      {!replay && <ReviewPanel run={run} nameOf={nameOfNode} />}
      <ProgressPanel run={run} nameOf={nameOfNode} />
      <WaitingPanel run={run} nameOf={nameOfNode} />
      <RoundBar latest={latest} chosen={rounds} nameOf={nameOfNode} onChoose={chooseRound} />
      <FollowBar followed={followed} nameOf={nameOfNode} onEnd={() => follow({})} />
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
              name={nameOfNode(node)}
              step={step}
              wayName={wayName}
              followed={followed}
              onChoose={choose}
              onFollow={follow}
              onClose={() => chooseNode(null)}
              speeches={speeches}
            />
          </aside>
        )}
      </div>
      <RunLog run={run} nameOf={nameOfNode} chosen={step?.step ?? null} onChoose={choose} />
      <ChildRuns run={run.id} enabled={calls} />
      <RunHistory run={run.id} />
      {!isInner(run) && (
        <Text size="xs" c="dimmed">
          {t('runs.history')}{' '}
          <ButtonLink to="/workflows/$id" params={{ id: run.workflow.id }} variant="transparent" size="compact-xs">
            {t('runs.openWorkflow')}
          </ButtonLink>
        </Text>
      )}
    </>
  );
}
