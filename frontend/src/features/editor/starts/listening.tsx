import { Button, Group, Loader, Text } from '@mantine/core';
import { IconEar, IconPinned } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListening } from '@/api/starts';
import { toast } from '@/ui/toasts';
import { useEditorWorld } from '../editor-store';
import classes from './starts.module.css';

/** Waits for a test call. The first that comes becomes the kept sample of the start. */
export function Listening({ node }: { node: string }) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const client = useQueryClient();
  const [wanted, setWanted] = useState(false);
  const { listening, start, stop } = useListening(workflow, node, wanted);
  const caught = listening?.caught_at ?? null;
  const waiting = wanted && caught === null && listening !== undefined && Date.parse(listening.until) > Date.now();

  useEffect(() => {
    if (caught && wanted) {
      setWanted(false);
      void client.invalidateQueries({ queryKey: ['workflow', workflow, 'samples'] });
    }
  }, [caught, wanted, client, workflow]);

  const listen = () => start.mutate(undefined, { onSuccess: () => setWanted(true), onError: (e) => toast.failed(e) });
  const give = () => {
    setWanted(false);
    stop.mutate();
  };
  return (
    <div className={classes.listening} data-waiting={waiting || undefined}>
      <Text size="sm" role="status" className={classes.words}>
        {waiting && (
          <>
            <Loader size={14} aria-hidden /> {t('editor.listening.waiting')}
          </>
        )}
        {!waiting && caught && (
          <>
            <IconPinned size={16} aria-hidden /> {t('editor.listening.caught')}
          </>
        )}
      </Text>
      <Group gap={8}>
        {waiting ? (
          <Button size="compact-sm" variant="default" onClick={give}>
            {t('editor.listening.stop')}
          </Button>
        ) : (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconEar size={14} aria-hidden />}
            loading={start.isPending}
            onClick={listen}
          >
            {t(caught ? 'editor.listening.again' : 'editor.listening.start')}
          </Button>
        )}
      </Group>
      {!waiting && !caught && (
        <Text size="xs" c="dimmed">
          {t('editor.listening.help')}
        </Text>
      )}
    </div>
  );
}
