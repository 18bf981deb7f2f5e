import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { useCanvas, useRounds } from './canvas-context';
import type { LineFlowEdge } from './flow-mapper';
import classes from './line.module.css';

/** A line to an earlier step: dashed, below everything between its ends, with what makes it lead back. */
export function BackLine(props: EdgeProps<LineFlowEdge>) {
  const { id, source, target, sourceX, sourceY, selected, data } = props;
  const { t } = useTranslation();
  const { editing, nameOf, allTabbable } = useCanvas();
  const rounds = useRounds(target);
  const low = data?.low ?? sourceY;
  const [path, middleX] = getSmoothStepPath({ ...props, borderRadius: 16, offset: 28, centerY: low });
  const most = data?.feedback?.max_rounds ?? 0;
  const words =
    rounds === null
      ? t('editor.canvas.back', { count: most })
      : t('editor.canvas.rounds', { round: rounds, count: most });
  const name = t('editor.canvas.backLine', { from: nameOf(source), to: nameOf(target) });
  const chip = {
    className: `${classes.rounds} nodrag nopan`,
    'data-problems': data?.problems ? true : undefined,
    'data-chosen': selected || undefined,
    'data-line': id,
    style: { transform: `translate(-50%, -50%) translate(${middleX}px, ${low}px)` },
  };
  const Icon = data?.problems ? IconAlertTriangle : IconArrowBackUp;
  const inside = (
    <>
      <Icon size={13} stroke={2} aria-hidden />
      {words}
    </>
  );
  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the chip on the line is what is used. */}
      <g role="img" aria-label={name} className={classes.back} data-chosen={selected || undefined}>
        <BaseEdge id={id} path={path} interactionWidth={24} />
      </g>
      <EdgeLabelRenderer>
        {data?.label && (
          <span
            className={classes.word}
            style={{ transform: `translate(${sourceX + 10}px, ${sourceY}px) translate(0, -50%)` }}
          >
            {data.label}
          </span>
        )}
        {editing ? (
          <button
            type="button"
            {...chip}
            tabIndex={allTabbable || selected ? 0 : -1}
            aria-label={t('editor.canvas.openBack', { name, words })}
            onClick={() => editing.onOpenLine(id)}
          >
            {inside}
          </button>
        ) : (
          <span {...chip}>{inside}</span>
        )}
      </EdgeLabelRenderer>
    </>
  );
}
