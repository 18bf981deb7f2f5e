import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useWorkspace } from '@/api/session';
import { usePathIsFree } from '@/api/starts';
import { useLinks, useNewLinkSecret } from '@/api/workflows';
import type { GraphNode } from '@/core/graph/document';
import { CopyLine } from '@/ui/copy-line';
import { toast } from '@/ui/toasts';
import { useEditorWorld } from '../editor-store';
import { Listening } from './listening';

const PAUSE_MS = 300;

/** Where other systems call: the live address, the one for trying, the secret, and waiting for a call. */
export function LinkSection({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { workflow, readOnly } = useEditorWorld();
  const links = useLinks(workflow);
  const renew = useNewLinkSecret(workflow);
  const link = links.data?.find((one) => one.node === node.key);
  const path = typeof node.config.path === 'string' ? node.config.path : '';
  const secret = node.config.access !== 'public';
  return (
    <Stack gap={14} component="section" aria-label={t('editor.link.title')}>
      <Stack gap={6}>
        {path !== '' && <PathAddress node={node.key} path={path} live={link?.path_address ?? null} />}
        {path === '' && link?.address && <CopyLine label={t('editor.link.live')} value={link.address} />}
        {path === '' && !link?.address && (
          <Text size="sm" c="dimmed">
            {t('editor.link.unpublished')}
          </Text>
        )}
      </Stack>
      {link?.test_address && (
        <Stack gap={8}>
          <CopyLine label={t('editor.link.test')} value={link.test_address} help={t('editor.link.testHelp')} />
          {!readOnly && <Listening node={node.key} />}
        </Stack>
      )}
      {renew.data && (
        <CopyLine label={t('editor.link.secret')} value={renew.data.secret} help={t('editor.link.secretOnce')} />
      )}
      {secret && link && !readOnly && (
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

/** The readable address follows the setting letter by letter; until it is published the old one holds. */
function PathAddress({ node, path, live }: { node: string; path: string; live: string | null }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const { workflow } = useEditorWorld();
  const [asked] = useDebouncedValue(path, PAUSE_MS);
  const free = usePathIsFree(workflow, node, asked);
  const address = `${window.location.origin}/hooks/in/${id}/${path}`;
  const taken = free.data === false && asked === path;
  return (
    <>
      <CopyLine
        label={t('editor.link.live')}
        value={address}
        help={address === live ? undefined : t('editor.link.fromNextPublication')}
      />
      {taken && (
        <Alert color="orange" variant="light" role="alert">
          {t('editor.link.pathTaken', { path })}
        </Alert>
      )}
    </>
  );
}
