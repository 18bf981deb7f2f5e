import { Notifications, notifications } from '@mantine/notifications';
import { IconAlertOctagon, IconCheck } from '@tabler/icons-react';
import i18next from 'i18next';
import { told } from './told';

export function Toasts() {
  return <Notifications position="top-center" limit={4} autoClose={5000} containerWidth={380} zIndex={400} />;
}

/** What was said last. */
let said: { id: string; message: string } | null = null;

/** Short words about what just happened; failures stay until they are closed. */
export const toast = {
  done(message: string, id?: string) {
    // The same words once more take the place of the first ones instead of standing under them.
    if (!id && said?.message === message) notifications.hide(said.id);
    const shown = notifications.show({
      ...(id ? { id } : {}),
      message,
      role: 'status',
      color: 'green',
      icon: <IconCheck size={16} aria-hidden />,
      withBorder: true,
      closeButtonProps: { 'aria-label': i18next.t('ui.close') },
    });
    said = { id: shown, message };
  },
  failed(error: unknown, title?: string) {
    notifications.show({
      ...(title ? { title } : {}),
      message: told(error) || i18next.t('ui.problem.unknown'),
      role: 'alert',
      color: 'red',
      autoClose: false,
      icon: <IconAlertOctagon size={16} aria-hidden />,
      withBorder: true,
      closeButtonProps: { 'aria-label': i18next.t('ui.close') },
    });
  },
};
