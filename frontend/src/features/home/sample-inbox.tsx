import { Button, FileButton, Loader, Text, Title } from '@mantine/core';
import { IconFileUpload, IconPlayerPlay } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSampleFiles } from '@/api/files';
import { FileIcon } from '@/ui/file-link';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './home.module.css';
import { useStarterRun } from './starter-run';

const AT_FIRST = 6;

/** Ready-made documents, and a place to drop one's own: each starts the starter workflow and opens its run. */
export function SampleInbox({ mayUpload }: { mayUpload: boolean }) {
  const { t } = useTranslation();
  const samples = useSampleFiles();
  const starter = useStarterRun();
  const [all, setAll] = useState(false);
  if (!starter.workflow || !samples.data || (samples.data.length === 0 && !mayUpload)) return null;
  return (
    <section className={classes.panel} aria-labelledby="sample-inbox">
      <div className={classes.panelHead}>
        <div>
          <Title order={2} id="sample-inbox">
            {t('home.inbox.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('home.inbox.text', { workflow: starter.workflow.name })}
          </Text>
        </div>
      </div>
      {starter.error !== null && <ProblemAlert error={starter.error} />}
      {mayUpload && <DropZone busy={starter.busy === 'upload'} onFile={starter.runUpload} />}
      <ul className={classes.samples} aria-label={t('home.inbox.label')}>
        {samples.data.slice(0, all ? undefined : AT_FIRST).map((sample) => (
          <li key={sample.name} className={classes.sample}>
            <div className={classes.sampleHead}>
              <span className={classes.sampleIcon}>
                <FileIcon mediaType={sample.file.media_type} size={22} />
              </span>
              <Text fw={550}>{sample.title}</Text>
            </div>
            <Text size="sm" c="dimmed" className={classes.sampleText}>
              {sample.description}
            </Text>
            <div className={classes.sampleFoot}>
              <Button
                size="xs"
                variant="light"
                leftSection={<IconPlayerPlay size={14} aria-hidden />}
                loading={starter.busy === sample.file.file_id}
                disabled={starter.busy !== null}
                aria-label={t('home.inbox.run', { title: sample.title })}
                onClick={() => starter.runFile(sample.file.file_id)}
              >
                {t('home.inbox.button')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {samples.data.length > AT_FIRST && !all && (
        <div className={classes.panelFoot}>
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
            {t('home.inbox.all', { count: samples.data.length })}
          </Button>
        </div>
      )}
    </section>
  );
}

function DropZone({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button inside does the same by keyboard
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {busy ? <Loader size={22} /> : <IconFileUpload size={24} stroke={1.6} aria-hidden />}
      <div className={classes.dropWords}>
        <Text fw={550}>{t('home.inbox.drop')}</Text>
        <Text size="sm" c="dimmed" role="status">
          {busy ? t('home.inbox.uploading') : t('home.inbox.dropText')}
        </Text>
      </div>
      <FileButton
        onChange={(file) => file && onFile(file)}
        accept=".pdf,.eml,.docx,.txt,.html,.csv,.xlsx,.png,.jpg,.jpeg"
      >
        {(props) => (
          <Button {...props} variant="default" disabled={busy}>
            {t('home.inbox.choose')}
          </Button>
        )}
      </FileButton>
    </div>
  );
}
