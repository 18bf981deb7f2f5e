import { ActionIcon, Menu } from '@mantine/core';
import { IconDownload, IconJson, IconPhoto, IconTemplate, IconVectorBezier } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { exportWorkflow } from '@/api/exchange';
import type { Workflow } from '@/api/types';
import { toast } from '@/ui/toasts';
import { graphOf, useEditorWorld } from '../editor-store';
import { download, fileName } from './download';
import { SaveTemplate } from './save-template';

/** Taking the workflow along: as data, as a picture. */
export function ExportEntries({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const { store, nodeTypes } = useEditorWorld();
  const give = async (ending: string, make: () => Promise<Blob>) => {
    try {
      const name = fileName(workflow.name, ending);
      download(await make(), name);
      toast.done(t('exchange.exported', { name }));
    } catch (error) {
      toast.failed(error);
    }
  };
  const data = async () =>
    new Blob([JSON.stringify(await exportWorkflow(workflow.id), null, 2)], { type: 'application/json' });
  const drawn = async (how: 'svgOf' | 'pngOf') => {
    const picture = await import('./picture');
    return picture[how](graphOf(store.getState()), nodeTypes, workflow.name);
  };
  return (
    <>
      <Menu.Label>{t('exchange.export')}</Menu.Label>
      <Menu.Item
        leftSection={<IconJson size={16} aria-hidden />}
        title={t('exchange.dataHelp')}
        onClick={() => void give('tutti.json', data)}
      >
        {t('exchange.data')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconPhoto size={16} aria-hidden />}
        onClick={() => void give('png', () => drawn('pngOf'))}
      >
        {t('exchange.image')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconVectorBezier size={16} aria-hidden />}
        onClick={() => void give('svg', () => drawn('svgOf'))}
      >
        {t('exchange.drawing')}
      </Menu.Item>
    </>
  );
}

/** For those who may only look: taking it along is all there is. */
export function ExportMenu({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="lg" aria-label={t('exchange.export')} title={t('exchange.export')}>
          <IconDownload size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ExportEntries workflow={workflow} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** The dialog and the entry that opens it; the entry closes with its menu, so the dialog is drawn beside it. */
export function useSaveTemplate(workflow: Workflow) {
  const { t } = useTranslation();
  const [saving, setSaving] = useState(false);
  return {
    entry: (
      <Menu.Item leftSection={<IconTemplate size={16} aria-hidden />} onClick={() => setSaving(true)}>
        {t('templates.save.entry')}
      </Menu.Item>
    ),
    dialog: saving && <SaveTemplate workflow={workflow} onClose={() => setSaving(false)} />,
  };
}
