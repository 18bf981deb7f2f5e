import { Button, Modal, Stack } from '@mantine/core';
import { IconPlus, IconTemplate } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTemplates } from '@/api/templates';
import type { Template } from '@/api/types';
import { useCreateWorkflow, useWorkflow, useWorkflowVerb } from '@/api/workflows';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './editor.module.css';
import { useEditorActions, useEditorWorld } from './editor-store';
import { BuildButton } from './help/build-button';

/** The ways to begin. */
export function EmptyCanvas({ onBuild }: { onBuild(): void }) {
  const { t } = useTranslation();
  const { openLibrary } = useEditorActions();
  const [choosing, setChoosing] = useState(false);
  return (
    <div className={classes.empty}>
      <p className={classes.emptyTitle}>{t('editor.empty.title')}</p>
      <p>{t('editor.empty.text')}</p>
      <div className={classes.emptyActions}>
        <Button leftSection={<IconPlus size={16} />} onClick={() => openLibrary({ kind: 'loose' })}>
          {t('editor.empty.first')}
        </Button>
        <Button variant="default" leftSection={<IconTemplate size={16} />} onClick={() => setChoosing(true)}>
          {t('editor.empty.template')}
        </Button>
        <BuildButton onBuild={onBuild} />
      </div>
      {choosing && <TemplateDialog onClose={() => setChoosing(false)} />}
    </div>
  );
}

/** A template becomes a workflow of its own under the same name; the empty one it was chosen in goes to the archive. */
function TemplateDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { workflow: empty } = useEditorWorld();
  const { data: workflow } = useWorkflow(empty);
  const templates = useTemplates();
  const create = useCreateWorkflow();
  const put = useWorkflowVerb();
  const navigate = useNavigate();
  const use = async (template: Template) => {
    const { id } = await create.mutateAsync({ name: workflow?.name ?? template.name, template: template.key });
    await put.mutateAsync({ id: empty, verb: 'archive' });
    await navigate({ to: '/workflows/$id', params: { id }, replace: true });
  };
  const error = templates.error ?? create.error ?? put.error;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('editor.empty.template')}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Stack gap="xs">
        {error && <ProblemAlert error={error} />}
        {templates.data?.map((template) => (
          <button
            key={template.key}
            type="button"
            className={classes.template}
            disabled={create.isPending || put.isPending}
            // What goes wrong is shown above the list.
            onClick={() => void use(template).catch(() => {})}
          >
            <strong>{template.name}</strong>
            <span>{template.description}</span>
          </button>
        ))}
      </Stack>
    </Modal>
  );
}
