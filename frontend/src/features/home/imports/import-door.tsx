import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFittingDrag, LARGEST_DOCUMENT, looksLikeDocument, readDocument } from '@/core/exchange';
import { toast } from '@/ui/toasts';
import { ImportDialog } from './import-dialog';
import classes from './imports.module.css';

/** The ways in for a workflow that was exported: a button, dropping a file on the page, pasting its content. */
export function ImportDoor() {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [document, setDocument] = useState<unknown>(null);
  const { over, read } = useWaysIn(setDocument);
  const close = () => {
    setAsking(false);
    setDocument(null);
  };
  return (
    <>
      <Button variant="default" leftSection={<IconFileImport size={16} aria-hidden />} onClick={() => setAsking(true)}>
        {t('exchange.import')}
      </Button>
      {over && <div className={classes.overlay}>{t('exchange.drop')}</div>}
      {(asking || document !== null) && (
        <ImportDialog document={document} onFile={(file) => void read([file])} onClose={close} />
      )}
    </>
  );
}

function useWaysIn(onDocument: (document: unknown) => void) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const read = async (files: readonly File[]) => {
    const [file] = files;
    if (!file) return;
    if (files.length > 1) return toast.failed(t('exchange.notOne'));
    if (file.size > LARGEST_DOCUMENT) return toast.failed(t('exchange.tooLarge', { name: file.name }));
    const found = readDocument(await file.text());
    if (found) onDocument(found);
    else toast.failed(t('exchange.noJson', { name: file.name }));
  };
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      if (isWriting(event.target)) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (!looksLikeDocument(text)) return;
      event.preventDefault();
      const found = text.length > LARGEST_DOCUMENT ? null : readDocument(text);
      if (found) onDocument(found);
      else toast.failed(t('exchange.noWorkflow'));
    };
    const drag = (event: DragEvent) => {
      const fits = isFittingDrag(event.dataTransfer?.items ?? []);
      setOver(fits);
      // Any other file would take the place of the page.
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void read(files);
    };
    document.addEventListener('paste', paste);
    document.addEventListener('dragover', drag);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('paste', paste);
      document.removeEventListener('dragover', drag);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  });
  return { over, read };
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
