import { Button, Group, Modal, Text } from '@mantine/core';
import { IconBug } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchRun } from '@/api/runs';
import { nameOf, nodeByKey } from '@/core/graph/document';
import { TextLink } from '@/ui/button-link';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import classes from './debug-bar.module.css';
import { graphOf, useEditor, useEditorWorld } from './editor-store';
import type { Debugging } from './use-debugging';

/** Says that the data of a past run stand for the steps, and puts them away; asks before kept samples are replaced. */
export function DebugBar({ debugging }: { debugging: Debugging }) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const graph = useEditor(graphOf);
  const { run, asking } = debugging;
  const names = (asking ?? []).map((key) => {
    const node = nodeByKey(graph, key);
    return node ? nameOf(node, nodeTypes) : key;
  });
  return (
    <>
      {run && <Bar run={run} onEnd={debugging.end} />}
      <Modal
        opened={asking !== null}
        onClose={debugging.end}
        title={t('editor.debug.ask', { count: names.length })}
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        <Text mb="lg">{t('editor.debug.askText', { steps: names.join(', ') })}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={debugging.end}>
            {t('editor.debug.keep')}
          </Button>
          <Button data-autofocus onClick={debugging.replace}>
            {t('editor.debug.replace')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function Bar({ run, onEnd }: { run: string; onEnd: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['run', run, 'snapshot'], queryFn: () => fetchRun(run) });
  return (
    <section className={classes.bar} aria-label={t('editor.debug.label')}>
      <IconBug size={18} aria-hidden className={classes.icon} />
      <Text size="sm" className={classes.words}>
        <strong>{t('editor.debug.label')}</strong> {t('editor.debug.text')}
      </Text>
      {data && (
        <span className={classes.run}>
          <TextLink to="/runs/$id" params={{ id: run }} search={{}} size="sm">
            {data.title || data.workflow.name}
          </TextLink>
          <RunBadge status={data.status} quiet />
          <Text size="xs" c="dimmed">
            <TimeAgo at={data.created_at} />
          </Text>
        </span>
      )}
      <Button size="compact-sm" variant="default" onClick={onEnd}>
        {t('editor.debug.end')}
      </Button>
    </section>
  );
}
