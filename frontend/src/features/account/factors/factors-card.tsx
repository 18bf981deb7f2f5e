import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from '../profile.module.css';
import { CompanyAccount } from './company-account';
import { Factors } from './factors';

/** The part of the profile about what is asked for beside the password. */
export function FactorsCard() {
  const { t } = useTranslation();
  return (
    <section className={classes.card} id="second-factor" aria-labelledby="profile-factors">
      <div>
        <Title order={2} id="profile-factors">
          {t('safety.title')}
        </Title>
        <Text c="dimmed">{t('safety.lead')}</Text>
      </div>
      <Factors />
      <CompanyAccount />
    </section>
  );
}
