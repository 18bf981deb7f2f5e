import { Button, Tooltip } from '@mantine/core';
import { IconSitemap } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { refuseExtract } from '@/core/graph/extract';
import { graphOf, useEditor, useEditorWorld } from './editor-store';

/** Makes a workflow of its own out of what is chosen; says why when that is not possible. */
export function ExtractButton({ keys, onOpen }: { keys: readonly string[]; onOpen(): void }) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const graph = useEditor(graphOf);
  const may = useCan('workflow:edit');
  const why = refuseExtract(graph, nodeTypes, keys);
  if (!may) return null;
  const words = why && t(`editor.extract.refused.${why}`);
  return (
    <Tooltip label={words ?? ''} disabled={words === null} multiline maw={280}>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconSitemap size={15} />}
        aria-disabled={words !== null || undefined}
        data-disabled={words !== null || undefined}
        aria-describedby={words === null ? undefined : 'extract-why'}
        onClick={words === null ? onOpen : undefined}
      >
        {t('editor.extract.button')}
        {words !== null && (
          <span id="extract-why" hidden>
            {words}
          </span>
        )}
      </Button>
    </Tooltip>
  );
}
