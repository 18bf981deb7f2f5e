import { Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { type Occurrence, useForms, useOccurrences, useSchedulePreview, useSchedules } from '@/api/starts';
import { useLinks, useNewLinkSecret } from '@/api/workflows';
import type { GraphNode } from '@/core/graph/document';
import { dueTime } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { CopyLine } from '@/ui/copy-line';
import { toast } from '@/ui/toasts';
import { useEditorWorld } from './editor-store';

/** What a start needs besides its settings: addresses to hand out, the times it is due. */
export function StartSection({ node }: { node: GraphNode }) {
  if (node.type === 'start_schedule') return <ScheduleTimes node={node} />;
  if (node.type === 'start_link') return <LinkAddresses node={node} />;
  if (node.type === 'start_form') return <FormAddress node={node} />;
  return null;
}

const PAUSE_MS = 400;

function ScheduleTimes({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const [config] = useDebouncedValue(node.config, PAUSE_MS);
  const preview = useSchedulePreview(config);
  const live = useSchedules(workflow).data?.find((one) => one.node === node.key);
  const zone = typeof config.time_zone === 'string' ? config.time_zone : undefined;
  return (
    <Stack gap={6} component="section" aria-label={t('editor.schedule.title')}>
      {preview.data && !preview.error && (
        <>
          <Text fw={600} size="sm" role="status">
            {preview.data.words}
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
                {one.reason}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </>
  );
}

function LinkAddresses({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { workflow, readOnly } = useEditorWorld();
  const links = useLinks(workflow);
  const renew = useNewLinkSecret(workflow);
  const link = links.data?.find((one) => one.node === node.key);
  const secret = node.config.access !== 'public';
  return (
    <Stack gap={12} component="section" aria-label={t('editor.link.title')}>
      {link?.address ? (
        <CopyLine label={t('editor.link.live')} value={link.address} />
      ) : (
        <Text size="sm" c="dimmed">
          {t('editor.link.unpublished')}
        </Text>
      )}
      {link?.test_address && (
        <CopyLine label={t('editor.link.test')} value={link.test_address} help={t('editor.link.testHelp')} />
      )}
      {renew.data && (
        <CopyLine label={t('editor.link.secret')} value={renew.data.secret} help={t('editor.link.secretOnce')} />
      )}
      {secret && link?.address && !readOnly && (
        <Group gap={8}>
          <Text size="sm">{t(link.secret_set ? 'editor.link.secretSet' : 'editor.link.noSecret')}</Text>
          <Button
            size="compact-sm"
            variant="default"
            loading={renew.isPending}
            onClick={() => renew.mutate(node.key, { onError: (error) => toast.failed(error) })}
          >
            {t('editor.link.newSecret')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function FormAddress({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const form = useForms(workflow).data?.find((one) => one.node === node.key);
  return (
    <section aria-label={t('editor.formAddress.title')}>
      {form?.address ? (
        <CopyLine
          label={t('editor.formAddress.title')}
          value={form.address}
          help={t(form.who === 'public' ? 'editor.formAddress.public' : 'editor.formAddress.workspace')}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('editor.formAddress.none')}
        </Text>
      )}
    </section>
  );
}
