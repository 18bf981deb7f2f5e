import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Graph, type GraphNode, nameOf, SNAP } from '@/core/graph/document';
import { readingOrder } from '@/core/graph/order';
import type { Direction } from '@/core/graph/walk';
import { useCanvas, useStepState, useStepWord } from './canvas-context';
import classes from './graph-canvas.module.css';
import { shownOf } from './step-card';
import { StepIcon } from './step-icon';

export interface OutlineProps {
  graph: Graph;
  selected: readonly string[];
  onFocusStep(key: string): void;
}

const MOVES: Record<string, { by: [number, number]; direction: Direction }> = {
  ArrowLeft: { by: [-SNAP, 0], direction: 'left' },
  ArrowRight: { by: [SNAP, 0], direction: 'right' },
  ArrowUp: { by: [0, -SNAP], direction: 'up' },
  ArrowDown: { by: [0, SNAP], direction: 'down' },
};

/** The keyboard's way into the canvas: one tab stop, the steps in reading order, seen only while it has the focus. */
export function Outline({ graph, selected, onFocusStep }: OutlineProps) {
  const { t } = useTranslation();
  const { editing, openStep } = useCanvas();
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  // Nobody sees the icons of the list before somebody is in it, and a large workflow has hundreds.
  const [inside, setInside] = useState(false);
  const steps = readingOrder(graph);
  const current = Math.min(at, Math.max(steps.length - 1, 0));

  const focus = (index: number) => {
    const next = (index + steps.length) % steps.length;
    setAt(next);
    list.current?.querySelectorAll('button')[next]?.focus();
  };

  const onKey = (event: KeyboardEvent, node: GraphNode) => {
    const move = MOVES[event.key];
    if (move && event.altKey) {
      const position = { x: node.position.x + move.by[0], y: node.position.y + move.by[1] };
      editing?.onMove([{ key: node.key, position }], move.direction);
    } else if (event.key === 'ArrowDown') focus(current + 1);
    else if (event.key === 'ArrowUp') focus(current - 1);
    else if (event.key === 'Home') focus(0);
    else if (event.key === 'End') focus(steps.length - 1);
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      editing?.onDelete({ steps: [node.key], lines: [], notes: [] });
      requestAnimationFrame(() => focus(Math.max(current - 1, 0)));
    } else if (!move) return;
    // In the list arrows walk; none of them moves the step behind it.
    event.preventDefault();
    event.stopPropagation();
  };

  if (steps.length === 0) return null;
  return (
    <nav
      className={classes.outline}
      aria-label={t('editor.outline.title')}
      onFocus={() => setInside(true)}
      onBlur={() => setInside(false)}
    >
      <p>{t(editing ? 'editor.outline.help' : 'editor.outline.helpReading')}</p>
      <ul ref={list}>
        {steps.map((node, index) => (
          <li key={node.key}>
            <OutlineEntry
              node={node}
              icon={inside}
              selected={selected.includes(node.key)}
              tabIndex={index === current ? 0 : -1}
              onFocus={() => {
                setAt(index);
                onFocusStep(node.key);
              }}
              onOpen={() => openStep(node.key)}
              onKey={(event) => onKey(event, node)}
            />
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface OutlineEntryProps {
  node: GraphNode;
  icon: boolean;
  selected: boolean;
  tabIndex: number;
  onFocus(): void;
  onOpen(): void;
  onKey(event: KeyboardEvent): void;
}

function OutlineEntry({ node, icon, selected, tabIndex, onFocus, onOpen, onKey }: OutlineEntryProps) {
  const { nodeTypes } = useCanvas();
  const word = useStepWord(node, shownOf(node, useStepState(node.key)));
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      data-selected={selected || undefined}
      data-inside={node.parent ? true : undefined}
      onFocus={onFocus}
      onClick={onOpen}
      onKeyDown={onKey}
    >
      {icon && <StepIcon icon={nodeTypes.get(node.type)?.icon} size={16} />}
      {nameOf(node, nodeTypes)}
      <small>{word}</small>
    </button>
  );
}
