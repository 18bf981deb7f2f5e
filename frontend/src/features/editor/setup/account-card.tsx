import { Button, Modal, Select } from '@mantine/core';
import { IconPlug } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddCredential, useCredentials } from '@/api/governance';
import { useCan } from '@/api/session';
import type { SetupCard } from '@/core/graph/setup';
import { ConnectionForm } from '@/ui/connection-form';
import { toast } from '@/ui/toasts';
import classes from './setup.module.css';
import type { Setup } from './use-setup';

/** An account that is there already, or a new one; every step that asks for the same gets it. */
export function AccountCard({ card, setup }: { card: SetupCard; setup: Setup }) {
  const { t } = useTranslation();
  const mayUse = useCan('credential:use');
  const mayAdd = useCan('credential:edit');
  const { rows } = useCredentials(mayUse);
  const add = useAddCredential();
  const [adding, setAdding] = useState(false);
  const name = card.slots[0]?.label ?? '';
  const users = setup.cards.filter((one) => one.kind === 'account' && one.slots[0]?.label === name).length;
  return (
    <div className={classes.body}>
      {users > 1 && <p>{t('setup.shared', { count: users })}</p>}
      {rows.length > 0 && (
        <Select
          label={t('setup.use')}
          placeholder={t('setup.choose')}
          data={rows.map((row) => ({ value: row.id, label: row.name }))}
          value={null}
          onChange={(id) => id && setup.connect(card, id)}
        />
      )}
      {mayAdd ? (
        <Button
          variant={rows.length > 0 ? 'default' : 'filled'}
          leftSection={<IconPlug size={16} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('setup.connect', { name })}
        </Button>
      ) : (
        rows.length === 0 && <p>{t('setup.mayNot')}</p>
      )}
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={t('setup.connect', { name })}
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        <ConnectionForm
          name={name}
          submit={t('connections.add.submit')}
          busy={add.isPending}
          error={add.error}
          onCancel={() => setAdding(false)}
          onSubmit={(values) =>
            add.mutate(values, {
              onSuccess: ({ id }) => {
                setAdding(false);
                setup.connect(card, id);
                toast.done(t('connections.add.done', { name: values.name }));
              },
            })
          }
        />
      </Modal>
    </div>
  );
}
