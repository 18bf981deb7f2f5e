import { Button, Group, Modal, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { useDeleteTemplate, useTemplate } from '@/api/templates';
import type { Template } from '@/api/types';
import { useNodeTypes } from '@/api/workflows';
import { GraphCanvas } from '@/canvas/graph-canvas';
import { readGraph } from '@/core/graph/document';
import { ConfirmButton } from '@/ui/confirm-button';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './templates.module.css';
import { useUseTemplate } from './use-template';

/** A template before it is used: what it does, what it looks like, what it needs. */
export function TemplatePreview({ template, onClose }: { template: Template; onClose(): void }) {
  const { t } = useTranslation();
  const mayEdit = useCan('workflow:edit');
  const detail = useTemplate(template.key);
  const nodeTypes = useNodeTypes();
  const remove = useDeleteTemplate();
  const { use, busy, error } = useUseTemplate();
  const [selected, setSelected] = useState<string[]>([]);
  return (
    <Modal
      opened
      onClose={onClose}
      size="min(980px, 94vw)"
      title={t('templates.preview', { name: template.name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Text mb="md">{template.description}</Text>
      <ProblemAlert error={detail.error ?? error} />
      <div className={classes.picture}>
        {detail.data && nodeTypes.data && (
          <GraphCanvas
            readOnly
            graph={readGraph(detail.data.graph)}
            nodeTypes={nodeTypes.data}
            selected={selected}
            onSelect={setSelected}
          />
        )}
      </div>
      <Needs template={template} />
      <Group justify="flex-end" gap="xs" mt="md">
        {template.own && mayEdit && (
          <ConfirmButton
            title={t('templates.removeTitle', { name: template.name })}
            text={t('templates.removeText')}
            verb={t('templates.remove')}
            danger
            button={{
              variant: 'subtle',
              color: 'gray',
              loading: remove.isPending,
              'aria-label': t('templates.removeOne', { name: template.name }),
            }}
            onConfirm={() =>
              remove.mutate(template.key, {
                onSuccess: () => {
                  toast.done(t('templates.removed', { name: template.name }));
                  onClose();
                },
                onError: (refusal) => toast.failed(refusal),
              })
            }
          >
            {t('templates.remove')}
          </ConfirmButton>
        )}
        <Button variant="default" onClick={onClose}>
          {t('ui.close')}
        </Button>
        {mayEdit && (
          <Button loading={busy !== null} onClick={() => use(template)}>
            {t('templates.use')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}

function Needs({ template: { needs, by } }: { template: Template }) {
  const { t } = useTranslation();
  const words = [
    needs.connections.length > 0 && t('templates.accounts', { names: needs.connections.join(', ') }),
    needs.blanks > 0 && t('templates.blanks', { count: needs.blanks }),
    needs.models.length > 0 && t('templates.models', { names: needs.models.join(', ') }),
  ].filter((one) => one !== false);
  return (
    <section className={classes.needs}>
      <Title order={2} size="h5">
        {t('templates.needs')}
      </Title>
      {words.length === 0 ? (
        <Text size="sm">{t('templates.needsNothing')}</Text>
      ) : (
        <ul>
          {words.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {by && (
        <Text size="sm" c="dimmed">
          {t('templates.ownBy', { name: by.name })}
        </Text>
      )}
    </section>
  );
}
