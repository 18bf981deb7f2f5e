import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { renameStep } from '@/core/graph/commands';
import type { GraphNode } from '@/core/graph/document';
import { NAME_FIELD, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import classes from './step-panel.module.css';

/** The name of a step, changed in place. */
export function StepName({ node }: { node: GraphNode }) {
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
