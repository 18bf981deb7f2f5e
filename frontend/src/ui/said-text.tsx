import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './said-text.module.css';

/** What a model is writing right now. It grows; a reader of the screen hears the result once it is there. */
export function SaidText({ text }: { text: string }) {
  const { t } = useTranslation();
  if (text === '') return null;
  return (
    <section className={classes.said} aria-label={t('runs.said.label')} aria-busy="true">
      <Text size="xs" c="dimmed">
        {t('runs.said.label')}
      </Text>
      <p className={classes.text}>
        {text}
        <span className={classes.caret} aria-hidden />
      </p>
    </section>
  );
}
