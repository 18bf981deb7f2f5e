import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { useAllTokens } from '@/api/tokens';
import { Page } from '@/ui/page';
import { TurnedAway } from '@/ui/turned-away';
import { PeopleTabs } from '../people/people-tabs';
import { TokenTable } from './token-table';

/** The access tokens of everybody in the workspace. */
export default function AllTokensPage() {
  const manages = useCan('member:manage');
  return manages ? <AllTokens /> : <TurnedAway />;
}

function AllTokens() {
  const { t } = useTranslation();
  const list = useAllTokens();
  return (
    <Page title={t('people.tab.tokens')} lead={t('tokens.allLead')}>
      <PeopleTabs />
      <TokenTable
        label={t('people.tab.tokens')}
        list={list}
        withPerson
        empty={{ title: t('tokens.empty.all'), text: t('tokens.empty.allText') }}
      />
    </Page>
  );
}
