import { ActionIcon, Modal, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { contentAddress, type FileRef, previewAddress } from '@/core/files';
import { Waiting } from './data-table';
import { FileLink } from './file-link';
import classes from './file-link.module.css';
import { ProblemAlert } from './problem-alert';

/** What browsers draw by themselves; anything else is shown as the text in it. */
const DRAWN = /^image\/(png|jpeg|gif|webp|svg\+xml)$/;

/** A stored file: to look into at once, or to download. */
export function FileView({ file }: { file: FileRef }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <span className={classes.view}>
      <FileLink file={file} />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('ui.preview.open', { name: file.name })}
        onClick={() => setOpen(true)}
      >
        <IconEye size={18} aria-hidden />
      </ActionIcon>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={file.name}
        size="xl"
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        {DRAWN.test(file.media_type) ? (
          <img className={classes.image} src={contentAddress(file)} alt={file.name} />
        ) : (
          <FileText file={file} />
        )}
        <FileLink file={file} />
      </Modal>
    </span>
  );
}

interface Preview {
  text: string;
  pages: number;
  cut: boolean;
}

function FileText({ file }: { file: FileRef }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Preview | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let left = false;
    const read = async () => {
      try {
        const answer = await fetch(previewAddress(file), { headers: { Accept: 'application/json' } });
        const body = await answer.json();
        if (left) return;
        if (answer.ok) setShown(body as Preview);
        else setError(new Error(body.detail));
      } catch (reason) {
        if (!left) setError(reason);
      }
    };
    void read();
    return () => {
      left = true;
    };
  }, [file]);
  if (error) return <ProblemAlert error={error} />;
  if (!shown) return <Waiting lines={6} />;
  return (
    <>
      <section aria-label={t('ui.preview.of', { name: file.name })}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre className={classes.text} tabIndex={0}>
          {shown.text}
        </pre>
      </section>
      <Text size="xs" c="dimmed" mb="sm">
        {t('ui.preview.pages', { count: shown.pages })} {shown.cut && t('ui.preview.cut')}
      </Text>
    </>
  );
}
