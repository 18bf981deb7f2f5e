import { Button, Group, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccessRequest, Level } from '@/api/types';
import { LevelChoice } from '@/ui/sharing/level-choice';
import rows from '@/ui/sharing/sharing.module.css';
import { TimeAgo } from '@/ui/time-ago';
import { useLevels } from './levels';
import classes from './share.module.css';
import type { Do } from './share-dialog';

/** Who asks for access; answered here. */
export function RequestList({ requests, act }: { requests: AccessRequest[]; act: Do }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="share-requests" className={classes.requests}>
      <Title order={3} size="h5" id="share-requests" mb={4}>
        {t('sharing.ask.title')}
      </Title>
      <ul className={rows.list} aria-labelledby="share-requests">
        {requests.map((request) => (
          <Request key={request.id} request={request} act={act} />
        ))}
      </ul>
    </section>
  );
}

function Request({ request, act }: { request: AccessRequest; act: Do }) {
  const { t } = useTranslation();
  const { id, user, note } = request;
  const { name } = user;
  const levels = useLevels();
  const [level, setLevel] = useState<Level>(request.level);
  return (
    <li className={rows.row}>
      <span className={rows.person}>
        <Text fw={550}>{t(`sharing.ask.${request.level}`, { name })}</Text>
        <Text size="xs" c="dimmed" component="div">
          {user.email} · <TimeAgo at={request.created_at} />
        </Text>
        {note && <Text size="sm">{note}</Text>}
      </span>
      <Group gap="xs" wrap="nowrap">
        <LevelChoice
          quiet
          label={t('sharing.named.change', { name })}
          levels={levels}
          value={level}
          onChange={(next) => setLevel(next)}
        />
        <Button
          size="compact-md"
          variant="light"
          aria-label={t('sharing.ask.allowLabel', { name })}
          onClick={() => act({ do: 'allow', request: id, level }, t('sharing.ask.allowed', { name }))}
        >
          {t('sharing.ask.allow')}
        </Button>
        <Button
          size="compact-md"
          variant="subtle"
          color="gray"
          aria-label={t('sharing.ask.declineLabel', { name })}
          onClick={() => act({ do: 'decline', request: id }, t('sharing.ask.declined', { name }))}
        >
          {t('sharing.ask.decline')}
        </Button>
      </Group>
    </li>
  );
}
