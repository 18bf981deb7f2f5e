import { IconPlus, IconTrash } from '@tabler/icons-react';
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import { memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { UNDO } from '@/core/graph/ports';
import { BackLine } from './back-line';
import { useCanvas, useItems } from './canvas-context';
import type { LineFlowEdge } from './flow-mapper';
import classes from './line.module.css';
import { MarkWord, useLineMark } from './marks';

/** How long the buttons of a line stay after the pointer left it, so that they can be reached. */
const LINGER_MS = 250;

/** Lines out of one step turn at different places, behind their words, so that they do not run over each other. */
function turnAt({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<LineFlowEdge>): number {
  const middle = (sourceX + targetX) / 2;
  if (!data || data.ways < 2) return middle;
  const rank = targetY > sourceY ? data.ways - 1 - data.index : data.index;
  const turn = sourceX + 24 + data.label.length * 5.5 + rank * 14;
  const last = targetX - 24 - (data.ways - 1 - rank) * 12;
  return last > sourceX + 24 ? Math.min(turn, last) : middle;
}

export const Line = memo(function Line(props: EdgeProps<LineFlowEdge>) {
  return props.data?.feedback ? <BackLine {...props} /> : <ForwardLine {...props} />;
});

function ForwardLine(props: EdgeProps<LineFlowEdge>) {
  const { id, source, target, sourceX, sourceY, targetX, targetY, selected, data } = props;
  const port = data?.port ?? 'out';
  const { t } = useTranslation();
  const { editing, nameOf, allTabbable, detailed } = useCanvas();
  const items = useItems({ source: data?.from ?? source, source_port: port, target: data?.to ?? target });
  const [near, setNear] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [path, middleX, middleY] = getSmoothStepPath({
    ...props,
    borderRadius: 14,
    offset: 24,
    centerX: turnAt(props),
  });
  const names = { from: nameOf(source), to: nameOf(target) };
  const label = data?.label;
  const come = () => {
    clearTimeout(timer.current);
    setNear(true);
  };
  const go = () => {
    timer.current = setTimeout(() => setNear(false), LINGER_MS);
  };
  const mark = useLineMark(id);
  const name =
    t('editor.canvas.line', names) +
    (items === null ? '' : `, ${t('editor.canvas.items', { count: items })}`) +
    (mark === null ? '' : `, ${t(`versions.mark.${mark}`)}`);
  // Where several ways leave a step the middle is crowded by their words.
  const beside = (data?.ways ?? 1) > 1;
  const chip = (
    <span className={classes.items} aria-hidden>
      {t('editor.canvas.items', { count: items ?? 0 })}
    </span>
  );
  const tabIndex = allTabbable || selected ? 0 : -1;
  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: hovering only brings the buttons forward; they take focus themselves. */}
      <g
        role="img"
        aria-label={name}
        onMouseEnter={come}
        onMouseLeave={go}
        data-run={items !== null || undefined}
        data-mark={mark ?? undefined}
        data-undo={port === UNDO.key || undefined}
        className={classes.line}
      >
        <BaseEdge id={id} path={path} interactionWidth={24} />
      </g>
      {detailed && (
        <EdgeLabelRenderer>
          {label && (
            <span
              className={classes.word}
              style={{ transform: `translate(${sourceX + 10}px, ${sourceY}px) translate(0, -50%)` }}
            >
              {label}
            </span>
          )}
          {items !== null && beside && (
            <span
              className={classes.beside}
              style={{ transform: `translate(${targetX - 8}px, ${targetY}px) translate(-100%, -50%)` }}
            >
              {chip}
            </span>
          )}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: as above. */}
          <div
            className={`${classes.middle} nodrag nopan`}
            data-line={id}
            data-near={near || selected || undefined}
            data-short={Math.hypot(targetX - sourceX, targetY - sourceY) < 110 || undefined}
            style={{ transform: `translate(-50%, -50%) translate(${middleX}px, ${middleY}px)` }}
            onMouseEnter={come}
            onMouseLeave={go}
          >
            {items !== null && !beside && chip}
            {mark && <MarkWord mark={mark} />}
            {editing && (
              <span className={classes.tools}>
                <button
                  type="button"
                  tabIndex={tabIndex}
                  aria-label={t('editor.canvas.insert', names)}
                  title={t('editor.canvas.insertHint')}
                  onClick={() => editing.onAddOnLine(id)}
                >
                  <IconPlus size={14} stroke={2.25} />
                </button>
                <button
                  type="button"
                  tabIndex={tabIndex}
                  aria-label={t('editor.canvas.removeLine', names)}
                  title={t('editor.canvas.removeLineHint')}
                  onClick={() => editing.onDelete({ steps: [], lines: [id], notes: [] })}
                >
                  <IconTrash size={13} stroke={2} />
                </button>
              </span>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
