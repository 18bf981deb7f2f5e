import { NumberInput, Select, Stack, Switch, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { setJoin } from '@/core/graph/commands';
import type { GraphNode, Join } from '@/core/graph/document';
import { forwardEdges } from '@/core/graph/order';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';

const JOINS: Join[] = ['all', 'any', 'n'];

/** For how many of its incoming lines a step waits; asked only where there are several. */
export function JoinSection({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const { edit } = useEditorActions();
  const lines = useEditor((state) => forwardEdges(graphOf(state)).filter((edge) => edge.target === node.key).length);
  if (lines < 2 && node.join === 'all') return null;
  const change = (part: Parameters<typeof setJoin>[2]) =>
    edit({ label: 'join', place: `join:${node.key}` }, (graph) => setJoin(graph, node.key, part));
  return (
    <Stack gap={14} component="section">
      <Title order={3} size="h3">
        {t('editor.join.title')}
      </Title>
      <Select
        label={t('editor.join.when')}
        description={t(`editor.join.help.${node.join}`)}
        data={JOINS.map((value) => ({ value, label: t(`editor.join.kind.${value}`, { count: lines }) }))}
        value={node.join}
        allowDeselect={false}
        disabled={readOnly}
        onChange={(value) =>
          change({ join: (value ?? 'all') as Join, ...(value === 'n' ? { join_count: Math.min(2, lines) } : {}) })
        }
      />
      {node.join === 'n' && (
        <NumberInput
          label={t('editor.join.count')}
          min={1}
          max={Math.max(lines, 1)}
          allowDecimal={false}
          clampBehavior="strict"
          value={node.join_count ?? ''}
          disabled={readOnly}
          onChange={(value) => {
            if (typeof value === 'number') change({ join_count: value });
          }}
        />
      )}
      {node.join !== 'all' && (
        <Switch
          label={t('editor.join.stop')}
          description={t('editor.join.stopHelp')}
          checked={node.cancel_rest}
          disabled={readOnly}
          onChange={(event) => change({ cancel_rest: event.currentTarget.checked })}
        />
      )}
    </Stack>
  );
}
