import { Button, FileButton, Group, Loader, Modal, Radio, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconFile } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useImport, useLookAtImport } from '@/api/exchange';
import type { Incoming } from '@/api/types';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './imports.module.css';

interface ImportDialogProps {
  /** What was chosen, dropped or pasted; null until there is something. */
  document: unknown;
  onFile(file: File): void;
  onClose(): void;
}

/** Says what is in a document and what is missing here before anything is changed. */
export function ImportDialog({ document, onFile, onClose }: ImportDialogProps) {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useLookAtImport();
  useEffect(() => {
    if (document !== null) mutate(document);
  }, [document, mutate]);
  return (
    <Modal opened onClose={onClose} title={t('exchange.title')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <Stack gap="md">
        {error && <ProblemAlert error={error} />}
        {isPending && <Loader size="sm" aria-label={t('ui.loading')} />}
        {data && <Found document={document} found={data} onClose={onClose} />}
        {!data && !isPending && (
          <>
            <Text c="dimmed">{t('exchange.text')}</Text>
            <FileButton onChange={(file) => file && onFile(file)} accept=".json,application/json">
              {(props) => (
                <Button {...props} variant="default" leftSection={<IconFile size={16} aria-hidden />} data-autofocus>
                  {t('exchange.choose')}
                </Button>
              )}
            </FileButton>
          </>
        )}
      </Stack>
    </Modal>
  );
}

interface FoundProps {
  document: unknown;
  found: Incoming;
  onClose(): void;
}

function Found({ document, found, onClose }: FoundProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const take = useImport();
  const [how, setHow] = useState('copy');
  const { existing } = found;
  const submit = () =>
    take.mutate(
      { document, replace: existing && how === 'replace' ? existing.id : null },
      {
        onSuccess: async ({ id, name }) => {
          toast.done(t(how === 'replace' ? 'exchange.replaced' : 'exchange.imported', { name }));
          onClose();
          await navigate({ to: '/workflows/$id', params: { id } });
        },
      },
    );
  return (
    <>
      <div>
        <Text fw={600} size="lg">
          {found.name}
        </Text>
        <Text size="sm" c="dimmed">
          {t('exchange.steps', { count: found.steps })}
        </Text>
        {found.description && <Text mt={4}>{found.description}</Text>}
      </div>
      <Missing found={found} />
      {existing && (
        <Radio.Group label={t('exchange.exists', { name: existing.name })} value={how} onChange={setHow}>
          <Stack gap="xs" mt={6}>
            <Radio value="copy" label={t('exchange.copy')} description={t('exchange.copyHelp')} />
            <Radio value="replace" label={t('exchange.replace')} description={t('exchange.replaceHelp')} />
          </Stack>
        </Radio.Group>
      )}
      {take.error && <ProblemAlert error={take.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
        <Button loading={take.isPending} onClick={submit} data-autofocus>
          {t('exchange.submit')}
        </Button>
      </Group>
    </>
  );
}

function Missing({ found: { needs, missing_models } }: { found: Incoming }) {
  const { t } = useTranslation();
  const lists = {
    connections: needs.connections,
    models: missing_models,
    workflows: needs.workflows,
    types: needs.types,
  };
  const words = (['connections', 'models', 'workflows', 'types'] as const)
    .filter((kind) => lists[kind].length > 0)
    .map((kind) => t(`exchange.${kind}`, { names: lists[kind].join(', ') }));
  if (needs.blanks > 0) words.push(t('exchange.blanks', { count: needs.blanks }));
  if (words.length === 0) {
    return (
      <p className={classes.complete}>
        <IconCircleCheck size={18} aria-hidden />
        {t('exchange.complete')}
      </p>
    );
  }
  return (
    <section className={classes.missing} aria-label={t('exchange.missing')}>
      <p>
        <IconAlertTriangle size={18} aria-hidden />
        <strong>{t('exchange.missing')}</strong>
      </p>
      <ul>
        {words.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <p>{t('exchange.later')}</p>
    </section>
  );
}
