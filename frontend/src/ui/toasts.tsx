import { Notifications, notifications } from '@mantine/notifications';
import { IconAlertOctagon, IconCheck } from '@tabler/icons-react';
import i18next from 'i18next';
import { told } from './told';

export function Toasts() {
  return <Notifications position="top-center" limit={4} autoClose={5000} containerWidth={380} zIndex={400} />;
}

/** Short words about what just happened; failures stay until they are closed. */
export const toast = {
  done(message: string, id?: string) {
    notifications.show({
      ...(id ? { id } : {}),
      message,
      role: 'status',
      color: 'green',
      icon: <IconCheck size={16} aria-hidden />,
      withBorder: true,
      closeButtonProps: { 'aria-label': i18next.t('ui.close') },
    });
  },
  failed(error: unknown, title?: string) {
    notifications.show({
      ...(title ? { title } : {}),
      message: told(error),
      role: 'alert',
      color: 'red',
      autoClose: false,
      icon: <IconAlertOctagon size={16} aria-hidden />,
      withBorder: true,
      closeButtonProps: { 'aria-label': i18next.t('ui.close') },
    });
  },
};
