import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useForms } from '@/api/starts';
import type { GraphNode } from '@/core/graph/document';
import { CopyLine } from '@/ui/copy-line';
import { type FormLook, QuestionForm } from '@/ui/question-form';
import type { Question } from '@/ui/question-input';
import { useEditorWorld } from '../editor-store';
import classes from './starts.module.css';

/** Where the form is, and how it will look. */
export function FormSection({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const [opened, { open, close }] = useDisclosure(false);
  const form = useForms(workflow).data?.find((one) => one.node === node.key);
  return (
    <Stack gap={10} component="section" aria-label={t('editor.formAddress.title')}>
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
      <Button variant="default" leftSection={<IconEye size={16} aria-hidden />} w="fit-content" onClick={open}>
        {t('editor.formPreview.button')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        size="lg"
        title={t('editor.formPreview.title')}
        closeButtonProps={{ 'aria-label': t('editor.close') }}
      >
        <div className={classes.preview}>
          <QuestionForm look={lookOf(node)} headingOrder={3} onSend={close} sendWords={t('editor.formPreview.send')} />
        </div>
      </Modal>
    </Stack>
  );
}

const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function lookOf(node: GraphNode): FormLook {
  const { title, text, sender, colour, fields } = node.config;
  const questions = Array.isArray(fields) ? (fields as Question[]).filter((one) => one?.key) : [];
  return {
    title: wordsOf(title),
    text: wordsOf(text),
    sender: wordsOf(sender),
    colour: wordsOf(colour),
    fields: questions.map((one) => ({ ...one, type: one.type ?? 'text', label: one.label || one.key })),
  };
}
