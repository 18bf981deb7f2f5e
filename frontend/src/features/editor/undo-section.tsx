import { Button, Text, Title } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type GraphNode, nameOf, nodeByKey } from '@/core/graph/document';
import { UNDO } from '@/core/graph/ports';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';

/** What takes a step back when a later one fails and everything is to be undone. */
export function UndoSection({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { openLibrary, openStep } = useEditorActions();
  const graph = useEditor(graphOf);
  const line = graph.edges.find((edge) => edge.source === node.key && edge.source_port === UNDO.key);
  const target = nodeByKey(graph, line?.target);
  if (readOnly && !target) return null;
  return (
    <section>
      <Title order={3} size="h3">
        {t('editor.undo.title')}
      </Title>
      <Text size="xs" c="dimmed" mb={8}>
        {t('editor.undo.help')}
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconArrowBackUp size={14} />}
        onClick={() =>
          target ? openStep(target.key) : openLibrary({ kind: 'after', from: { node: node.key, port: UNDO.key } })
        }
      >
        {target ? t('editor.undo.open', { name: nameOf(target, nodeTypes) }) : t('editor.undo.add')}
      </Button>
    </section>
  );
}
