import { Button, Modal, Stack } from '@mantine/core';
import { IconPlus, IconTemplate } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Template } from '@/api/types';
import { useCreateWorkflow, useTemplates } from '@/api/workflows';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './editor.module.css';
import { useEditorActions } from './editor-store';

/** The two ways to begin. */
export function EmptyCanvas() {
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
      </div>
      {choosing && <TemplateDialog onClose={() => setChoosing(false)} />}
    </div>
  );
}

/** Templates open as workflows of their own, with steps one can run at once. */
function TemplateDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const templates = useTemplates();
  const create = useCreateWorkflow();
  const navigate = useNavigate();
  const use = (template: Template) =>
    create.mutate(
      { name: template.name, template: template.key },
      { onSuccess: ({ id }) => void navigate({ to: '/workflows/$id', params: { id } }) },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('editor.empty.template')}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Stack gap="xs">
        {(templates.error ?? create.error) && <ProblemAlert error={templates.error ?? create.error} />}
        {templates.data?.map((template) => (
          <button
            key={template.key}
            type="button"
            className={classes.template}
            disabled={create.isPending}
            onClick={() => use(template)}
          >
            <strong>{template.name}</strong>
            <span>{template.description}</span>
          </button>
        ))}
      </Stack>
    </Modal>
  );
}
