import { Button, Group, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './tour.module.css';

const ITEMS = ['templates', 'versions', 'exchange', 'canvas'] as const;

/** Short, and read once; their words stand in `messages/<language>/tour.json`. */
export default function News({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('tour.news.title')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <ul className={classes.news}>
        {ITEMS.map((item) => (
          <li key={item}>
            <Text fw={600}>{t(`tour.news.${item}.title`)}</Text>
            <Text size="sm" c="dimmed">
              {t(`tour.news.${item}.text`)}
            </Text>
          </li>
        ))}
      </ul>
      <Group justify="flex-end">
        <Button data-autofocus onClick={onClose}>
          {t('tour.news.close')}
        </Button>
      </Group>
    </Modal>
  );
}
