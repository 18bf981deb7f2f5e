import { Button, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { Sharing, Workflow } from '@/api/types';
import { NamedGrant, Who } from '@/ui/sharing/named-grant';
import classes from '@/ui/sharing/sharing.module.css';
import { useLevels } from './levels';
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
  const levels = useLevels();
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
          <NamedGrant
            key={grant.id}
            grant={grant}
            levels={levels}
            onChange={(changes, done) => act({ do: 'change', grant: grant.id, ...changes }, done)}
            onRemove={(done) => act({ do: 'remove', grant: grant.id }, done)}
          />
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
