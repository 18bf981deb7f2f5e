import { Skeleton, Text, Textarea } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dropLooseLines, setConfig, setNote } from '@/core/graph/commands';
import type { GraphNode } from '@/core/graph/document';
import { fillKeys } from '@/core/graph/entry-keys';

import { normalField, problemsAt } from '@/core/graph/problems';
import { levelOf, pickProperties, plainSchema, propertiesOf } from '@/core/graph/schema';
import { shownSettings } from '@/core/graph/shown';
import { problemLine } from '@/ui/told';
import { useEditor, useEditorActions, useEditorWorld } from './editor-store';
import { FormContext, type FormWorld, type Gather } from './form/form-context';
import { JoinSection } from './join-section';
import { PolicySection } from './policy-section';
import { StartSection } from './start-section';
import classes from './step-panel.module.css';
import type { Incoming } from './use-incoming';
import type { LastStep } from './use-last-step';
import { useProblems } from './use-problems';

const SettingsForm = lazy(() => import('./form/settings-form'));

export interface StepSettingsProps {
  node: GraphNode;
  incoming: Incoming;
  gather: Gather | null;
  last: LastStep;
}

/** What a step asks for: the few first settings, the rest behind "More options". */
export function StepSettings({ node, incoming, gather, last }: StepSettingsProps) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { edit, leaveField } = useEditorActions();
  const type = nodeTypes.get(node.type);
  const problems = useProblems();
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
      names: incoming.names,
      values: incoming.rowValues,
      row: incoming.row === null ? null : incoming.row.index + 1,
      gather,
      wrote: last.wrote,
      got: last.got,
      problemsAt: (path) => problemsAt(problems, node.key, path),
      fresh,
      onLeave: (path) => leaveField(node.key, path),
      focusField: focusField === null ? null : normalField(focusField),
    }),
    [node.key, type, readOnly, incoming, gather, last.wrote, last.got, fresh, leaveField, problems, focusField],
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
          <strong>{t('editor.panel.failed')}</strong> {problemLine(last.error)}
        </div>
      )}
      {!fresh &&
        general.map((problem) => (
          <Text key={problem.code + problem.message} size="sm" c="var(--tone-attention)" role="alert">
            {problemLine(problem)}
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
