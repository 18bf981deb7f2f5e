import { ActionIcon, Button, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Grant, Sharing, Workflow } from '@/api/types';
import { dateTime } from '@/core/time';
import { endOf, LevelChoice, lastDay, tomorrow } from './level-choice';
import classes from './share.module.css';
import type { Do } from './share-dialog';
import { TransferDialog } from './transfer-dialog';

interface NamedListProps {
  workflow: Workflow;
  sharing: Sharing;
  act: Do;
  onTransferred(): void;
}

/** The owner and everybody it is shared with by name. */
export function NamedList({ workflow, sharing, act, onTransferred }: NamedListProps) {
  const { t } = useTranslation();
  const [giving, { open, close }] = useDisclosure(false);
  return (
    <section aria-labelledby="share-named">
      <Title order={3} size="h5" id="share-named" mb={4}>
        {t('sharing.named.title')}
      </Title>
      <ul className={classes.list} aria-labelledby="share-named">
        {sharing.owner && (
          <li className={classes.row}>
            <Who name={sharing.owner.name} below={sharing.owner.email} />
            <span className={classes.mark}>{t('sharing.named.owner')}</span>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={open}>
              {t('sharing.transfer.open')}
            </Button>
          </li>
        )}
        {sharing.grants.map((grant) => (
          <Named key={grant.id} grant={grant} act={act} />
        ))}
      </ul>
      {sharing.grants.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('sharing.named.empty')}
        </Text>
      )}
      {giving && <TransferDialog workflow={workflow} onClose={close} onDone={onTransferred} />}
    </section>
  );
}

function Named({ grant, act }: { grant: Grant; act: Do }) {
  const { t } = useTranslation();
  const name = grant.user?.name ?? grant.team?.name ?? '';
  const ended = grant.expired && grant.expires_at;
  return (
    <li className={classes.row} data-ended={ended ? true : undefined}>
      <Who name={name} below={grant.user?.email ?? t('sharing.named.team')}>
        {ended && (
          <Text size="xs" className={classes.ended}>
            {t('sharing.named.expired', { when: dateTime(new Date(ended)) })}
          </Text>
        )}
      </Who>
      <LevelChoice
        quiet
        label={t('sharing.named.change', { name })}
        value={grant.level}
        onChange={(level) =>
          act(
            { do: 'change', grant: grant.id, level },
            t('sharing.named.changed', { name, level: t(`sharing.level.${level}`) }),
          )
        }
      />
      <TextInput
        className={classes.until}
        aria-label={t('sharing.named.end', { name })}
        type="date"
        min={tomorrow()}
        value={lastDay(grant.expires_at)}
        onChange={(event) => {
          const day = event.currentTarget.value;
          const done = day ? t('sharing.named.until', { when: day }) : t('sharing.add.noEnd');
          act({ do: 'change', grant: grant.id, expires_at: endOf(day) }, `${name}: ${done}`);
        }}
      />
      <Tooltip label={t('sharing.named.remove', { name })}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('sharing.named.remove', { name })}
          onClick={() => act({ do: 'remove', grant: grant.id }, t('sharing.named.removed', { name }))}
        >
          <IconTrash size={17} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}

function Who({ name, below, children }: { name: string; below: string; children?: React.ReactNode }) {
  return (
    <span className={classes.person}>
      <Text fw={550} truncate>
        {name}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {below}
      </Text>
      {children}
    </span>
  );
}
