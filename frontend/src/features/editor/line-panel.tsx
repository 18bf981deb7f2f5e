import { Button, CloseButton, Group, NumberInput, Text } from '@mantine/core';
import { IconArrowBackUp, IconTrash } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import cardClasses from '@/canvas/step-card.module.css';
import { deleteLines, setFeedback } from '@/core/graph/commands';
import { type Feedback, type GraphEdge, type JsonSchema, nameOf, nodeByKey, ROUNDS } from '@/core/graph/document';
import { isExpr } from '@/core/graph/formulas';
import { lineOf } from '@/core/graph/problems';
import { scopeOfLine } from '@/core/graph/scope';
import { problemLine } from '@/ui/told';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import { FieldFrame } from './form/field-frame';
import { FormContext, type FormWorld } from './form/form-context';
import { MappedValue } from './form/mapped-field';
import classes from './step-panel.module.css';

export interface LinePanelProps {
  line: string;
  /** Real outputs of the last run by step key, `trigger` included. */
  values: Record<string, unknown>;
}

/** A line that leads back: when it is taken, and how often at most. */
export function LinePanel({ line, values }: LinePanelProps) {
  const graph = useEditor(graphOf);
  const edge = graph.edges.find((one) => one.id === line);
  return edge?.feedback ? <BackPanel edge={edge} feedback={edge.feedback} values={values} /> : null;
}

const FORMULA: JsonSchema = { type: 'boolean', 'x-widget': 'formula' };
const WHEN = ['when'];

interface BackPanelProps {
  edge: GraphEdge;
  feedback: Feedback;
  values: Record<string, unknown>;
}

function BackPanel({ edge, feedback, values }: BackPanelProps) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { edit, openLine } = useEditorActions();
  const graph = useEditor(graphOf);
  const problems = useEditor((state) => state.problems);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);

  const own = useMemo(() => problems.filter((problem) => lineOf(problem) === edge.id), [problems, edge.id]);
  const world = useMemo<FormWorld>(
    () => ({
      step: edge.source,
      readOnly,
      mappable: true,
      names: scopeOfLine(graph, nodeTypes, edge),
      values,
      row: null,
      gather: null,
      fresh: false,
      onLeave: () => undefined,
      wrote: null,
      got: undefined,
      problemsAt: () => [],
      focusField: null,
    }),
    [edge, graph, nodeTypes, readOnly, values],
  );
  const change = (part: Partial<Feedback>) =>
    edit({ label: 'lineBack', place: `line:${edge.id}` }, (draft) => setFeedback(draft, edge.id, part));
  const set = (value: unknown) =>
    change({ when: isExpr(value) && value.$expr.trim() !== '' ? { $expr: value.$expr } : null });
  const name = (key: string) => {
    const node = nodeByKey(graph, key);
    return node ? nameOf(node, nodeTypes) : key;
  };
  const label = t('editor.back.label', { from: name(edge.source), to: name(edge.target) });
  const id = `back-${edge.id}`;
  return (
    <section
      ref={panel}
      className={classes.panel}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) openLine(null);
      }}
    >
      <header className={classes.head}>
        <span className={cardClasses.tile} data-small data-category="Decide">
          <IconArrowBackUp size={16} />
        </span>
        <h2 className={classes.lineTitle}>{label}</h2>
        <CloseButton aria-label={t('editor.close')} onClick={() => openLine(null)} />
      </header>
      <div className={classes.middle}>
        <Text size="sm" c="dimmed">
          {t('editor.back.text')}
        </Text>
        {own.map((problem) => (
          <Text key={problem.code + problem.message} size="sm" c="var(--tone-attention)" role="alert">
            {problemLine(problem)}
          </Text>
        ))}
        <FormContext.Provider value={world}>
          <FieldFrame
            id={id}
            label={t('editor.back.when')}
            description={t('editor.back.whenHelp')}
            required={false}
            schema={FORMULA}
            path={WHEN}
            value={feedback.when ?? undefined}
            onChange={set}
          >
            <MappedValue id={id} kind="expr" value={feedback.when ?? { $expr: '' }} onChange={set} />
          </FieldFrame>
        </FormContext.Provider>
        <NumberInput
          label={t('editor.back.most')}
          description={t('editor.back.mostHelp')}
          suffix={t('editor.back.rounds')}
          min={ROUNDS.least}
          max={ROUNDS.most}
          allowDecimal={false}
          clampBehavior="strict"
          value={feedback.max_rounds}
          disabled={readOnly}
          onChange={(value) => {
            if (typeof value === 'number') change({ max_rounds: value });
          }}
        />
        {!readOnly && (
          <Group className={classes.tools}>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconTrash size={14} />}
              onClick={() => edit({ label: 'deleteLine' }, (draft) => deleteLines(draft, [edge.id]))}
            >
              {t('editor.back.remove')}
            </Button>
          </Group>
        )}
      </div>
    </section>
  );
}
