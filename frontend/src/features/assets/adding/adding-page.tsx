import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { TextLink } from '@/ui/button-link';
import { Page } from '@/ui/page';
import { TurnedAway } from '@/ui/turned-away';
import assets from '../assets.module.css';

interface AddingPageProps {
  title: string;
  lead: string;
  children: ReactNode;
}

/** A page on which somebody adds a tool or an agent. */
export function AddingPage({ title, lead, children }: AddingPageProps) {
  const { t } = useTranslation();
  const may = useCan('asset:modify');
  if (!may) return <TurnedAway />;
  const back = (
    <TextLink to="/assets" size="sm" c="dimmed" className={assets.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.assets')}
    </TextLink>
  );
  return (
    <Page title={title} lead={lead} back={back} width="narrow">
      {children}
    </Page>
  );
}
