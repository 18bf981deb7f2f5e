import { List, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { type Occurrence, useOccurrences, useSchedulePreview, useSchedules } from '@/api/starts';
import type { GraphNode } from '@/core/graph/document';
import { sentence } from '@/core/server-words';
import { dueTime } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { useRuleWords } from '@/ui/use-rule-words';
import { useEditorWorld } from '../editor-store';

const PAUSE_MS = 400;

/** The rule in words, the next five times on the clock that is meant, and what became of the last ones. */
export function ScheduleSection({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const [config] = useDebouncedValue(node.config, PAUSE_MS);
  const preview = useSchedulePreview(config);
  const say = useRuleWords();
  const live = useSchedules(workflow).data?.find((one) => one.node === node.key);
  const zone = typeof config.time_zone === 'string' ? config.time_zone : 'UTC';
  return (
    <Stack gap={6} component="section" aria-label={t('editor.schedule.title')}>
      {preview.data && !preview.error && (
        <>
          <Text fw={600} size="sm" role="status">
            {config.kind === 'cron' ? preview.data.words : say(config)}
          </Text>
          <Text size="xs" c="dimmed">
            {t('editor.schedule.next')}
          </Text>
          <List size="sm" spacing={2}>
            {preview.data.next.map((at) => (
              <List.Item key={at}>
                <time dateTime={at}>{dueTime(new Date(at), undefined, zone)}</time>
              </List.Item>
            ))}
          </List>
        </>
      )}
      {live?.paused !== false && (
        <Text size="xs" c="dimmed">
          {t('editor.schedule.notLive')}
        </Text>
      )}
      {live && <Occurrences node={node.key} zone={live.time_zone} />}
    </Stack>
  );
}

const STATES = ['started', 'queued', 'refused'] as const;

function Occurrences({ node, zone }: { node: string; zone: string }) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const { rows } = useOccurrences(workflow, node);
  if (rows.length === 0) return null;
  const words = ({ state }: Occurrence) => {
    const known = STATES.find((one) => one === state);
    return t(`editor.schedule.state.${known ?? 'skipped'}`);
  };
  return (
    <>
      <Title order={3} size="h3" mt={8}>
        {t('editor.schedule.last')}
      </Title>
      <List size="sm" spacing={2}>
        {rows.map((one) => (
          <List.Item key={one.scheduled_for}>
            {dueTime(new Date(one.scheduled_for), undefined, zone)}:{' '}
            {one.run ? (
              <TextLink to="/runs/$id" params={{ id: one.run }} search={{}}>
                {words(one)}
              </TextLink>
            ) : (
              words(one)
            )}
            {one.reason && (
              <Text span size="xs" c="dimmed">
                {' '}
                {sentence(one.reason) ?? one.reason}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </>
  );
}
