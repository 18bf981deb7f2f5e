import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAddCredential } from '@/api/governance';
import { ConnectionForm } from '@/ui/connection-form';
import { toast } from '@/ui/toasts';

export function AddConnection({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddCredential();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('connections.add.button')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <ConnectionForm
        busy={add.isPending}
        error={add.error}
        onCancel={onClose}
        onSubmit={(values, refused) =>
          add.mutate(values, {
            onSuccess: () => {
              toast.done(t('connections.add.done', { name: values.name }));
              onClose();
            },
            onError: refused,
          })
        }
      />
    </Modal>
  );
}
