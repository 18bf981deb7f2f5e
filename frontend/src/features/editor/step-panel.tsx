import { ActionIcon, CloseButton, SegmentedControl, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowsMaximize, IconArrowsMinimize, IconHelp } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaid } from '@/api/live-run';
import { usePreference } from '@/api/preferences';
import type { Samples } from '@/api/samples';
import cardClasses from '@/canvas/step-card.module.css';
import { StepIcon } from '@/canvas/step-icon';
import { nameOf, nodeByKey } from '@/core/graph/document';
import { outputSchema } from '@/core/graph/scope';
import { SaidText } from '@/ui/said-text';
import { DataOut } from './data-out';
import { DataViewSwitch } from './data-view';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import { IncomingPane } from './incoming-pane';
import { OutdatedSection } from './outdated-section';
import { PanelEdge, usePanelWidth } from './panel-edge';
import { SampleSection } from './sample-section';
import type { StepActions } from './step-actions';
import { StepHelp } from './step-help';
import { StepName } from './step-name';
import { StepNeighbours } from './step-neighbours';
import classes from './step-panel.module.css';
import { StepSettings } from './step-settings';
import { StepTools } from './step-tools';
import { TrialResult } from './trial-result';
import { useIncoming } from './use-incoming';
import { useLastStep } from './use-last-step';
import { useRunBefore } from './use-run-before';
import type { TestRun } from './use-test-run';

export interface StepPanelProps {
  step: string;
  actions: StepActions;
  /** Real outputs of the last run by step key, `trigger` included. */
  values: Record<string, unknown>;
  samples: Samples;
  test: TestRun;
}

const PARTS = ['in', 'settings', 'out'] as const;
type Part = (typeof PARTS)[number];

/** One step: its settings, and when widened what comes in and what came out; on a phone one of the three at a time. */
export function StepPanel({ step, actions, values, samples, test }: StepPanelProps) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { openStep } = useEditorActions();
  const graph = useEditor(graphOf);
  const small = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false });
  const [wished, setWide] = usePreference('panel_wide');
  const [part, setPart] = useState<Part>('settings');
  const [helping, setHelping] = useState(false);
  const { width, resize, keep } = usePanelWidth();
  const panel = useRef<HTMLElement>(null);
  const node = nodeByKey(graph, step);
  const last = useLastStep(test.last, step);
  const output = step in test.values ? test.values[step] : last.output;
  const shown = step in samples ? samples[step] : output;
  const incoming = useIncoming(step, values, samples, test.last);
  const { gather, dialog } = useRunBefore(step, test);
  const said = useSaid(
    test.speeches,
    test.run?.steps.findLast((one) => one.node === step),
  );

  const focusField = useEditor((state) => state.focusField);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows to another step, unless one of its settings takes it.
  useEffect(() => {
    if (focusField === null) panel.current?.focus();
    else setPart('settings');
  }, [step, focusField]);

  if (!node) return null;
  const type = nodeTypes.get(node.type);
  const isStart = type?.kind === 'start';
  const wide = !small && wished === true;
  const label = t('editor.panel.label', { name: nameOf(node, nodeTypes) });
  const shows = (one: Part) => (small ? part === one : one === 'settings' || wide);
  const widen = t(wide ? 'editor.panel.narrow' : 'editor.panel.widen');
  const sample = <SampleSection step={step} name={nameOf(node, nodeTypes)} output={output} samples={samples} />;
  return (
    <section
      ref={panel}
      className={classes.panel}
      data-wide={wide || undefined}
      style={small || wide ? undefined : { width }}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) openStep(null);
      }}
    >
      {!small && !wide && <PanelEdge width={width} onResize={resize} onKeep={keep} />}
      <h2 className={classes.hidden}>{label}</h2>
      <header className={classes.head}>
        <span className={cardClasses.tile} data-small data-category={type?.category}>
          <StepIcon icon={type?.icon} size={16} />
        </span>
        <StepName key={node.key} node={node} />
        <StepNeighbours step={step} />
        <Tooltip label={t('editor.panel.help')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('editor.panel.help')}
            aria-expanded={helping}
            onClick={() => setHelping(!helping)}
          >
            <IconHelp size={18} />
          </ActionIcon>
        </Tooltip>
        {!small && (
          <Tooltip label={widen}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={widen}
              aria-pressed={wide}
              onClick={() => setWide(!wide)}
            >
              {wide ? <IconArrowsMinimize size={17} /> : <IconArrowsMaximize size={17} />}
            </ActionIcon>
          </Tooltip>
        )}
        <CloseButton aria-label={t('editor.close')} onClick={() => openStep(null)} />
      </header>
      {small && (
        <SegmentedControl
          className={classes.parts}
          fullWidth
          value={part}
          onChange={(next) => setPart(next as Part)}
          aria-label={t('editor.panel.parts')}
          data={PARTS.filter((one) => one !== 'in' || !isStart).map((value) => ({
            value,
            label: t(`editor.panel.${value}`),
          }))}
        />
      )}
      <div className={classes.columns}>
        {shows('in') && !isStart && (
          <section className={classes.side} data-side="in" aria-label={t('editor.panel.in')}>
            <div className={classes.sideHead}>
              <h3 className={classes.sideTitle}>{t('editor.panel.in')}</h3>
              <DataViewSwitch />
            </div>
            <IncomingPane node={node} incoming={incoming} samples={samples} gather={gather} />
          </section>
        )}
        {shows('settings') && (
          <div className={classes.middle}>
            {helping && <StepHelp node={node} type={type} onClose={() => setHelping(false)} />}
            <OutdatedSection node={node} type={type} />
            <StepSettings key={node.key} node={node} incoming={incoming} gather={gather} last={last} />
            {!wide && !small && sample}
            {!readOnly && (
              <StepTools node={node} actions={actions} test={test}>
                <TrialResult step={step} test={test} />
                {!shows('out') && <SaidText text={said} />}
              </StepTools>
            )}
          </div>
        )}
        {shows('out') && (
          <section className={classes.side} data-side="out" aria-label={t('editor.panel.out')}>
            <div className={classes.sideHead}>
              <h3 className={classes.sideTitle}>{t('editor.panel.out')}</h3>
              <DataViewSwitch />
            </div>
            <div className={classes.sideSample}>{sample}</div>
            <SaidText text={said} />
            {said === '' && (
              <DataOut
                step={step}
                name={nameOf(node, nodeTypes)}
                value={shown}
                schema={outputSchema(graph, nodeTypes, node)}
              />
            )}
          </section>
        )}
      </div>
      {dialog}
    </section>
  );
}
