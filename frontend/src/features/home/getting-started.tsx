import { Button, Group, Text, Title } from '@mantine/core';
import { IconRoute2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { usePreference } from '@/api/preferences';
import classes from './home.module.css';

const STEPS = 4;

/** The way into the guided tour, until somebody has ended it; it knows how far they got. */
export function GettingStarted() {
  const { t } = useTranslation();
  const [tour, remember] = usePreference('tour');
  if (tour?.ended) return null;
  return (
    <section className={classes.panel} aria-labelledby="getting-started">
      <div className={classes.panelHead}>
        <div>
          <Title order={2} id="getting-started">
            {t('tour.card.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {tour ? t('tour.card.progress', { number: tour.step + 1, total: STEPS }) : t('tour.card.text')}
          </Text>
        </div>
        <Group gap="xs">
          {!tour && (
            <Button
              variant="light"
              leftSection={<IconRoute2 size={16} aria-hidden />}
              onClick={() => remember({ step: 0, ended: false })}
            >
              {t('tour.card.start')}
            </Button>
          )}
          <Button variant="subtle" color="gray" onClick={() => remember({ step: tour?.step ?? 0, ended: true })}>
            {t('tour.card.later')}
          </Button>
        </Group>
      </div>
    </section>
  );
}
