import { IconAlertTriangle, IconArrowMerge, IconPinned } from '@tabler/icons-react';
import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { type GraphNode, type NodeTypeInfo, nameOf } from '@/core/graph/document';
import { meaningOf } from '@/core/graph/meaning';
import type { NodeRunState } from '@/core/run/overlay';
import { type StepShown, stepShown } from '@/core/words';
import { useRuleWords } from '@/ui/use-rule-words';
import { useCanvas, useItemsInto, useStepState, useStepWord } from './canvas-context';
import type { StepFlowNode } from './flow-mapper';
import { MarkBadge, useStepMark } from './marks';
import { InputPort, OutputPorts } from './ports';
import classes from './step-card.module.css';
import { StepIcon } from './step-icon';
import { StepStatus } from './step-status';
import { useOutOfReach } from './use-drawing';

/** What a step shows: its state in a run, else "off", else nothing. */
export function shownOf(node: GraphNode, state: NodeRunState | undefined): StepShown | null {
  if (state) return stepShown(state.status, node.off);
  return node.off ? 'off' : null;
}

/** One sentence: what these settings mean, else what the type does. */
export function useMeaning(node: GraphNode, type: NodeTypeInfo | undefined): string {
  const { t } = useTranslation();
  const ruleOf = useRuleWords();
  if (node.type === 'start_schedule') return ruleOf(node.config);
  const meaning = meaningOf(node);
  return meaning ? t(`editor.meaning.${meaning.code}`, meaning.parts) : (type?.description ?? '');
}

export function ProblemBadge({ count }: { count: number }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <span className={classes.problems} role="img" aria-label={t('editor.problems.count', { count })}>
      <IconAlertTriangle size={12} stroke={2.25} />
      {count}
    </span>
  );
}

/** The violet pin of a step whose output is kept for trials. */
export function SampleBadge({ step }: { step: string }) {
  const { t } = useTranslation();
  const { samples } = useCanvas();
  if (!(step in samples)) return null;
  return (
    <span
      className={classes.sample}
      role="img"
      aria-label={t('editor.canvas.sample')}
      title={t('editor.canvas.sample')}
    >
      <IconPinned size={12} stroke={2.25} />
    </span>
  );
}

/** A step that does not wait for all of its lines says for how many. */
export function JoinBadge({ node, incoming }: { node: GraphNode; incoming: number }) {
  const { t } = useTranslation();
  if (node.join === 'all') return null;
  const count = node.join === 'any' ? 1 : node.join_count;
  const text = t(node.cancel_rest ? 'editor.canvas.joinStops' : 'editor.canvas.join', { count, of: incoming });
  return (
    <span className={classes.join} title={text}>
      <IconArrowMerge size={12} stroke={2.25} aria-hidden />
      {t('editor.canvas.joinShort', { count, of: incoming })}
    </span>
  );
}

/** Where several lines come together: how many items they brought. */
function MergeBadge({ node, incoming }: { node: GraphNode; incoming: number }) {
  return incoming > 1 ? <MergedItems step={node.key} /> : null;
}

function MergedItems({ step }: { step: string }) {
  const { t } = useTranslation();
  const items = useItemsInto(step);
  if (items === null) return null;
  return <span className={classes.merged}>{t('editor.canvas.together', { count: items })}</span>;
}

export const StepCard = memo(function StepCard({ data, selected }: NodeProps<StepFlowNode>) {
  const { nodeTypes, openStep, drawing, detailed } = useCanvas();
  const { node, type, problems, taken } = data;
  const state = useStepState(node.key);
  const meaning = useMeaning(node, type);
  const shown = shownOf(node, state);
  const name = nameOf(node, nodeTypes);
  const word = useStepWord(node, shown);
  const mark = useStepMark(node.key);
  const outOfReach = useOutOfReach(drawing, node.key);
  return (
    <>
      {type?.kind !== 'start' && <InputPort step={node.key} />}
      {/* biome-ignore lint/a11y/useSemanticElements: a card is a group of parts, not a form's fieldset. */}
      <div
        role="group"
        aria-label={`${name}, ${word}`}
        data-step={node.key}
        data-step-status={shown ?? 'waiting'}
        data-start={type?.kind === 'start' || undefined}
        data-selected={selected || undefined}
        data-shown={shown ?? undefined}
        data-mark={mark ?? undefined}
        data-out-of-reach={outOfReach || undefined}
        tabIndex={selected ? 0 : -1}
        className={classes.card}
        onDoubleClick={() => openStep(node.key)}
      >
        <span className={classes.tile} data-category={type?.category}>
          <StepIcon icon={type?.icon} />
        </span>
        <span className={classes.words}>
          <span className={classes.title}>{name}</span>
          {detailed && <span className={classes.meaning}>{meaning}</span>}
          {shown && <StepStatus shown={shown} word={word} count={state?.count ?? 0} attempt={state?.attempt ?? 1} />}
        </span>
        <ProblemBadge count={problems} />
        {detailed && (
          <>
            <JoinBadge node={node} incoming={data.incoming} />
            <MergeBadge node={node} incoming={data.incoming} />
            <SampleBadge step={node.key} />
          </>
        )}
        <MarkBadge step={node.key} />
      </div>
      <OutputPorts step={node.key} ports={data.ports} taken={taken} selected={selected} />
    </>
  );
});
