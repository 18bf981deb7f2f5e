import {
  ActionIcon,
  Button,
  CloseButton,
  Group,
  Skeleton,
  Switch,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconArrowsMaximize, IconArrowsMinimize, IconChevronRight, IconCopy, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Samples } from '@/api/samples';
import cardClasses from '@/canvas/step-card.module.css';
import { StepIcon } from '@/canvas/step-icon';
import { dropLooseLines, renameStep, setConfig, setNote } from '@/core/graph/commands';
import { type GraphNode, nameOf, nodeByKey } from '@/core/graph/document';
import { fillKeys } from '@/core/graph/entry-keys';
import type { Path } from '@/core/graph/formulas';
import { normalField, problemsAt } from '@/core/graph/problems';
import { levelOf, pickProperties, plainSchema, propertiesOf } from '@/core/graph/schema';
import { scopeOf } from '@/core/graph/scope';
import { shownSettings } from '@/core/graph/shown';
import { DataOut } from './data-out';
import { graphOf, NAME_FIELD, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import { FormContext, type FormWorld } from './form/form-context';
import { JoinSection } from './join-section';
import { PolicySection } from './policy-section';
import { SampleSection } from './sample-section';
import { StartSection } from './start-section';
import type { StepActions } from './step-actions';
import classes from './step-panel.module.css';
import { StepRun } from './step-run';
import { type LastStep, useLastStep } from './use-last-step';
import type { TestRun } from './use-test-run';
import { ValueTree } from './value-tree';

const SettingsForm = lazy(() => import('./form/settings-form'));

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
        <NameField key={node.key} node={node} />
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
          <Settings key={node.key} node={node} names={names} values={values} last={last} />
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

function NameField({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { edit } = useEditorActions();
  const title = nodeTypes.get(node.type)?.title ?? node.type;
  const [name, setName] = useState(node.name || title);
  useEffect(() => setName(node.name || title), [node.name, title]);
  const input = useRef<HTMLInputElement>(null);
  const wanted = useEditor((state) => state.focusField === NAME_FIELD);
  useEffect(() => {
    if (wanted) input.current?.select();
  }, [wanted]);
  const save = () => {
    if (name.trim() === '') setName(node.name || title);
    else if (name.trim() !== (node.name || title))
      edit({ label: 'rename' }, (graph) => renameStep(graph, node.key, name));
  };
  return (
    <TextInput
      ref={input}
      className={classes.name}
      variant="unstyled"
      aria-label={t('editor.panel.name')}
      value={name}
      disabled={readOnly}
      error={name.trim() === '' ? t('editor.panel.nameEmpty') : undefined}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

interface SettingsProps {
  node: GraphNode;
  names: FormWorld['names'];
  values: Record<string, unknown>;
  last: LastStep;
}

function Settings({ node, names, values, last }: SettingsProps) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { edit } = useEditorActions();
  const type = nodeTypes.get(node.type);
  const problems = useEditor((state) => state.problems);
  const fresh = useEditor((state) => state.fresh.has(node.key));
  const focusField = useEditor((state) => state.focusField);
  const schema = useMemo(() => plainSchema(type?.config_schema ?? {}), [type]);
  const keys = useMemo(() => propertiesOf(schema).map(([key]) => key), [schema]);
  const shown = shownSettings(node.type, node.config, keys).join();
  const [first, rest] = useMemo(() => {
    const asked = shown.split(',');
    const level1 = asked.filter((key) => levelOf(schema, key) === 1);
    return [
      pickProperties(schema, level1),
      pickProperties(
        schema,
        asked.filter((key) => !level1.includes(key)),
      ),
    ];
  }, [schema, shown]);
  const restKeys = propertiesOf(rest).map(([key]) => key);
  const wanted = normalField(focusField).split('.')[0] ?? '';
  const [more, setMore] = useState(() => restKeys.includes(wanted));
  useEffect(() => {
    if (restKeys.includes(wanted)) setMore(true);
  }, [wanted, restKeys.includes]);

  const world = useMemo<FormWorld>(
    () => ({
      step: node.key,
      readOnly,
      mappable: type?.kind !== 'start',
      names,
      values,
      wrote: last.wrote,
      got: last.got,
      problemsAt: (path: Path) => (fresh ? [] : problemsAt(problems, node.key, path)),
      focusField: focusField === null ? null : normalField(focusField),
    }),
    [node.key, type, readOnly, names, values, last.wrote, last.got, fresh, problems, focusField],
  );
  const onChange = (config: GraphNode['config']) =>
    edit({ label: 'settings', place: `settings:${node.key}` }, (graph) => {
      setConfig(graph, node.key, fillKeys(graph, node.key, schema, config));
      dropLooseLines(graph, nodeTypes, node.key);
    });
  const general = problems.filter(
    (problem) =>
      problem.node === node.key &&
      !keys.includes(normalField(problem.field).split('.')[0] ?? '') &&
      !normalField(problem.field).startsWith('policy.fallbacks.'),
  );

  return (
    <FormContext.Provider value={world}>
      <Text size="sm" c="dimmed">
        {type?.description ?? t('editor.panel.unknownType', { type: node.type })}
      </Text>
      {last.error && (
        <div className={classes.failed} role="alert">
          <strong>{t('editor.panel.failed')}</strong> {last.error.message} {last.error.hint}
        </div>
      )}
      {!fresh &&
        general.map((problem) => (
          <Text key={problem.code + problem.message} size="sm" c="var(--tone-attention)" role="alert">
            {problem.message} {problem.hint}
          </Text>
        ))}
      <Suspense fallback={<Skeleton height={120} />}>
        {propertiesOf(first).length > 0 && (
          <SettingsForm
            idPrefix={`${node.key}-first`}
            schema={first}
            config={node.config}
            readOnly={readOnly}
            onChange={onChange}
          />
        )}
      </Suspense>
      {type?.kind === 'start' && <StartSection node={node} />}
      <JoinSection node={node} />
      <section>
        <button type="button" className={classes.more} aria-expanded={more} onClick={() => setMore(!more)}>
          <IconChevronRight size={16} data-open={more || undefined} />
          {t('editor.panel.more')}
        </button>
        {more && (
          <div className={classes.moreBody}>
            {restKeys.length > 0 && (
              <Suspense fallback={<Skeleton height={120} />}>
                <SettingsForm
                  idPrefix={`${node.key}-rest`}
                  schema={rest}
                  config={node.config}
                  readOnly={readOnly}
                  onChange={onChange}
                />
              </Suspense>
            )}
            {type?.kind !== 'start' && <PolicySection node={node} />}
            <NoteField node={node} />
          </div>
        )}
      </section>
    </FormContext.Provider>
  );
}

function NoteField({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const { edit } = useEditorActions();
  return (
    <Textarea
      label={t('editor.panel.note')}
      description={t('editor.panel.noteHelp')}
      autosize
      minRows={2}
      value={node.note}
      disabled={readOnly}
      onChange={(event) => {
        const text = event.currentTarget.value;
        edit({ label: 'stepNote', place: `note:${node.key}` }, (graph) => setNote(graph, node.key, text));
      }}
    />
  );
}

function StepTools({ node, actions, test }: { node: GraphNode; actions: StepActions; test: TestRun }) {
  const { t } = useTranslation();
  return (
    <Group className={classes.tools} gap={8}>
      <StepRun node={node} test={test} />
      <Switch label={t('editor.panel.on')} checked={!node.off} onChange={actions.toggleOff} mr="auto" />
      <Button size="compact-sm" variant="default" leftSection={<IconCopy size={14} />} onClick={actions.duplicate}>
        {t('editor.panel.duplicate')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconTrash size={14} />}
        onClick={() => actions.remove({ steps: [node.key], lines: [], notes: [] })}
      >
        {t('editor.panel.delete')}
      </Button>
    </Group>
  );
}
