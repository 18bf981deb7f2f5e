import { Button, CopyButton, Group, Modal, Radio, Stack, Text, Title } from '@mantine/core';
import { IconCheck, IconLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useWorkspace } from '@/api/session';
import { type Act, useShare, useSharing } from '@/api/sharing';
import { useForms } from '@/api/starts';
import type { Sharing, Workflow } from '@/api/types';
import { isAsked } from '@/api/why';
import { CopyLine } from '@/ui/copy-line';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { AddGrant } from './add-grant';
import { NamedList } from './named-list';
import { PeopleList } from './people-list';
import { RequestList } from './request-list';
import classes from './share.module.css';

interface ShareDialogProps {
  workflow: Workflow;
  opened: boolean;
  onClose(): void;
}

/** Does something about the sharing and says that it is done. */
export type Do = (act: Act, done: string) => void;

/** Who has access to the workflow, and how to give and take it. Whoever may not share it can still take the link along. */
export function ShareDialog({ workflow, opened, onClose }: ShareDialogProps) {
  const { t } = useTranslation();
  const may = workflow.can.includes('workflow:share');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={620}
      title={t('sharing.title', { name: workflow.name })}
      closeButtonProps={{ 'aria-label': t('sharing.close') }}
    >
      <Stack gap="lg">
        {may ? <Everything workflow={workflow} onClose={onClose} /> : <Whose workflow={workflow} />}
        <Forms workflow={workflow.id} />
        <Group justify="space-between">
          <CopyAddress id={workflow.id} />
          <Button variant="default" onClick={onClose}>
            {t('sharing.close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Whose({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const owner = workflow.owner?.name;
  return <Text c="dimmed">{owner ? t('sharing.only', { owner }) : t('sharing.onlyAdmins')}</Text>;
}

function Everything({ workflow, onClose }: { workflow: Workflow; onClose(): void }) {
  const { t } = useTranslation();
  const sharing = useSharing(workflow.id);
  const share = useShare(workflow.id);
  const act: Do = (what, done) =>
    share.mutate(what, {
      onSuccess: (answer) => toast.done(isAsked(answer) ? t('ui.asked') : done),
      onError: (error) => toast.failed(error),
    });
  if (sharing.error) return <ProblemAlert error={sharing.error} retry={() => void sharing.refetch()} />;
  if (!sharing.data) return <Waiting />;
  const { data } = sharing;
  // The choice shows at once what is on its way.
  const wanted = share.isPending && share.variables.do === 'open' ? share.variables.access : data.access;
  return (
    <>
      {data.requests.length > 0 && <RequestList requests={data.requests} act={act} />}
      <AddGrant workflow={workflow.id} />
      <AccessChoice access={wanted} act={act} />
      <NamedList workflow={workflow} sharing={data} act={act} onTransferred={onClose} />
      <PeopleList workflow={workflow} people={data.people} more={data.more} />
    </>
  );
}

function AccessChoice({ access: chosen, act }: { access: Sharing['access']; act: Do }) {
  const { t } = useTranslation();
  const workspace = useWorkspace().name;
  const change = (value: string) => {
    const access = value as Sharing['access'];
    const done = access === 'workspace' ? t('sharing.access.done', { workspace }) : t('sharing.access.doneRestricted');
    act({ do: 'open', access }, done);
  };
  return (
    <Radio.Group label={t('sharing.access.label')} value={chosen} onChange={change}>
      <Stack gap="xs" mt="xs">
        <Radio
          value="workspace"
          label={t('sharing.access.workspace', { workspace })}
          description={t('sharing.access.workspaceText')}
        />
        <Radio
          value="restricted"
          label={t('sharing.access.restricted')}
          description={t('sharing.access.restrictedText')}
        />
      </Stack>
    </Radio.Group>
  );
}

/** A public form shows nothing but itself: the smallest thing that can be shared. */
function Forms({ workflow }: { workflow: string }) {
  const { t } = useTranslation();
  const forms = useForms(workflow).data?.filter((form) => form.address) ?? [];
  return (
    <section aria-labelledby="share-forms">
      <Title order={3} size="h5" id="share-forms" mb={4}>
        {t('sharing.forms.title')}
      </Title>
      {forms.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('sharing.forms.none')}
        </Text>
      )}
      {forms.map((form) => (
        <CopyLine
          key={form.node}
          label={t('editor.formAddress.title')}
          value={form.address ?? ''}
          help={t(form.who === 'public' ? 'sharing.forms.text' : 'sharing.forms.workspace')}
        />
      ))}
    </section>
  );
}

function CopyAddress({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={`${window.location.origin}/workflows/${id}`}>
      {({ copied, copy }) => (
        <Button
          variant="light"
          className={classes.copy}
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconLink size={16} aria-hidden />}
          onClick={copy}
        >
          <span aria-live="polite">{copied ? t('sharing.copied') : t('sharing.copy')}</span>
        </Button>
      )}
    </CopyButton>
  );
}
