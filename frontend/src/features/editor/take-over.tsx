import { Button, Menu } from '@mantine/core';
import { IconArrowsRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { takeOver } from '@/core/graph/column-map';
import { setConfigAt } from '@/core/graph/commands';
import type { GraphNode } from '@/core/graph/document';
import { useEditorActions } from './editor-store';
import type { Incoming } from './use-incoming';

/** Fields of one's own, made of all those that an earlier step gives. */
export function TakeOver({ node, incoming }: { node: GraphNode; incoming: Incoming }) {
  const { t } = useTranslation();
  const { edit } = useEditorActions();
  const fields = Array.isArray(node.config.fields) ? (node.config.fields as { name?: unknown }[]) : [];
  const taken = fields.map((one) => String(one.name));
  const offers = incoming.names
    .filter((one) => one.kind === 'item' || one.kind === 'step' || one.kind === 'trigger')
    .map((one) => ({ name: one, entries: takeOver(one, incoming.values, taken) }))
    .filter(({ entries }) => entries.length > 0);
  if (offers.length === 0) return null;
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="light"
          w="fit-content"
          leftSection={<IconArrowsRight size={14} aria-hidden />}
        >
          {t('editor.mapper.takeOver')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {offers.map(({ name, entries }) => (
          <Menu.Item
            key={name.name}
            onClick={() =>
              edit({ label: 'settings' }, (graph) => setConfigAt(graph, node.key, ['fields'], [...fields, ...entries]))
            }
          >
            {t('editor.mapper.takeOverFrom', {
              name: name.kind === 'item' ? t('editor.scope.item') : name.label,
              count: entries.length,
            })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
