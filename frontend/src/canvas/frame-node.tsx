import { IconPlus } from '@tabler/icons-react';
import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf } from '@/core/graph/document';
import { useCanvas, useStepState, useStepWord } from './canvas-context';
import type { StepFlowNode } from './flow-mapper';
import classes from './frame-node.module.css';
import { MarkBadge, useStepMark } from './marks';
import { InputPort, OutputPorts } from './ports';
import { JoinBadge, ProblemBadge, shownOf, useMeaning } from './step-card';
import cardClasses from './step-card.module.css';
import { StepIcon } from './step-icon';
import { StepStatus } from './step-status';

/** A step with an inside that runs once per item. Its head is dragged, its inside is drawn over it. */
export const FrameNode = memo(function FrameNode({ data, selected }: NodeProps<StepFlowNode>) {
  const { t } = useTranslation();
  const { nodeTypes, editing, openStep } = useCanvas();
  const { node, type, problems, taken, inside } = data;
  const state = useStepState(node.key);
  const meaning = useMeaning(node, type);
  const shown = shownOf(node, state);
  const name = nameOf(node, nodeTypes);
  const word = useStepWord(node, shown);
  const mark = useStepMark(node.key);
  return (
    <>
      <InputPort step={node.key} />
      {/* biome-ignore lint/a11y/useSemanticElements: a frame is a group of steps, not a form's fieldset. */}
      <div
        role="group"
        aria-label={`${name}, ${word}`}
        data-step={node.key}
        data-step-status={shown ?? 'waiting'}
        data-selected={selected || undefined}
        data-shown={shown ?? undefined}
        data-mark={mark ?? undefined}
        tabIndex={selected ? 0 : -1}
        className={classes.frame}
        onDoubleClick={() => openStep(node.key)}
      >
        <div className={classes.head}>
          <span className={cardClasses.tile} data-small data-category={type?.category}>
            <StepIcon icon={type?.icon} size={16} />
          </span>
          <span className={cardClasses.title}>{name}</span>
          <span className={cardClasses.meaning}>{meaning}</span>
          {shown && <StepStatus shown={shown} word={word} count={state?.count ?? 0} attempt={state?.attempt ?? 1} />}
        </div>
        {inside === 0 && editing && (
          <button
            type="button"
            className={`${classes.first} nodrag nopan`}
            onClick={(event) => {
              event.stopPropagation();
              editing.onAddInside(node.key);
            }}
          >
            <IconPlus size={16} />
            {t('editor.canvas.addInside')}
          </button>
        )}
        <ProblemBadge count={problems} />
        <JoinBadge node={node} incoming={data.incoming} />
        <MarkBadge step={node.key} />
      </div>
      <OutputPorts step={node.key} ports={data.ports} taken={taken} selected={selected} />
    </>
  );
});
