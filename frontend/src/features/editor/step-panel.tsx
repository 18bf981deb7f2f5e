import { ActionIcon, CloseButton, Text, Tooltip } from '@mantine/core';
import { IconArrowsMaximize, IconArrowsMinimize } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Samples } from '@/api/samples';
import cardClasses from '@/canvas/step-card.module.css';
import { StepIcon } from '@/canvas/step-icon';
import { nameOf, nodeByKey } from '@/core/graph/document';
import { scopeOf } from '@/core/graph/scope';
import { DataOut } from './data-out';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import { SampleSection } from './sample-section';
import type { StepActions } from './step-actions';
import { StepName } from './step-name';
import classes from './step-panel.module.css';
import { StepSettings } from './step-settings';
import { StepTools } from './step-tools';
import { useLastStep } from './use-last-step';
import type { TestRun } from './use-test-run';
import { ValueTree } from './value-tree';

export interface StepPanelProps {
  step: string;
  actions: StepActions;
  /** Real outputs of the last run by step key, `trigger` included. */
  values: Record<string, unknown>;
  samples: Samples;
  test: TestRun;
}

/** One step: its settings, and when widened what comes in and what came out. */
export function StepPanel({ step, actions, values, samples, test }: StepPanelProps) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { openStep } = useEditorActions();
  const graph = useEditor(graphOf);
  const [wide, setWide] = useState(false);
  const panel = useRef<HTMLElement>(null);
  const node = nodeByKey(graph, step);
  const last = useLastStep(test.last, step);
  const output = step in test.values ? test.values[step] : last.output;
  const shown = output === undefined ? samples[step] : output;
  const names = useMemo(() => scopeOf(graph, nodeTypes, step), [graph, nodeTypes, step]);

  const focusField = useEditor((state) => state.focusField);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows to another step, unless one of its settings takes it.
  useEffect(() => {
    if (focusField === null) panel.current?.focus();
  }, [step]);

  if (!node) return null;
  const type = nodeTypes.get(node.type);
  const label = t('editor.panel.label', { name: nameOf(node, nodeTypes) });
  return (
    <section
      ref={panel}
      className={classes.panel}
      data-wide={wide || undefined}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) openStep(null);
      }}
    >
      <h2 className={classes.hidden}>{label}</h2>
      <header className={classes.head}>
        <span className={cardClasses.tile} data-small data-category={type?.category}>
          <StepIcon icon={type?.icon} size={16} />
        </span>
        <StepName key={node.key} node={node} />
        <Tooltip label={t(wide ? 'editor.panel.narrow' : 'editor.panel.widen')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t(wide ? 'editor.panel.narrow' : 'editor.panel.widen')}
            aria-pressed={wide}
            onClick={() => setWide(!wide)}
          >
            {wide ? <IconArrowsMinimize size={17} /> : <IconArrowsMaximize size={17} />}
          </ActionIcon>
        </Tooltip>
        <CloseButton aria-label={t('editor.close')} onClick={() => openStep(null)} />
      </header>
      <div className={classes.columns}>
        {wide && (
          <div className={classes.side}>
            <h3 className={classes.sideTitle}>{t('editor.panel.in')}</h3>
            <Text size="xs" c="dimmed" mb={8}>
              {t('editor.panel.inHelp')}
            </Text>
            <ValueTree names={names} values={values} />
          </div>
        )}
        <div className={classes.middle}>
          <StepSettings key={node.key} node={node} names={names} values={values} last={last} />
          <SampleSection step={step} output={output} samples={samples} />
          {!readOnly && <StepTools node={node} actions={actions} test={test} />}
        </div>
        {wide && (
          <div className={classes.side}>
            <h3 className={classes.sideTitle}>{t('editor.panel.out')}</h3>
            <DataOut name={nameOf(node, nodeTypes)} value={shown} known={shown !== undefined} />
          </div>
        )}
      </div>
    </section>
  );
}
