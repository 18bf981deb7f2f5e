import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useWaitingRequests } from '@/api/requests';
import { TextLink } from '@/ui/button-link';
import { RequestLink } from '@/ui/requests/request-link';
import { useRequestWords } from '@/ui/requests/use-request-words';
import { TimeAgo } from '@/ui/time-ago';
import classes from './home.module.css';

const SHOWN = 5;

/** What others asked for and this person may decide; nothing where nothing waits. */
export function WaitingRequests() {
  const { t } = useTranslation();
  const { data } = useWaitingRequests();
  const words = useRequestWords();
  if (!data || data.results.length === 0) return null;
  return (
    <section className={classes.section} aria-labelledby="waiting-requests">
      <div className={classes.sectionHead}>
        <Title order={2} id="waiting-requests">
          {t('home.requests.title', { count: data.count })}
        </Title>
        <TextLink to="/requests" search={{}} size="sm">
          {t('home.requests.all')}
        </TextLink>
      </div>
      <ul className={classes.rows}>
        {data.results.slice(0, SHOWN).map((request) => (
          <li key={request.id} className={classes.row}>
            <div className={classes.rowWords}>
              <RequestLink request={request} className={classes.rowLink ?? ''}>
                {words(request)}
              </RequestLink>
              <Text size="sm" c="dimmed">
                {request.requester?.name ?? t('words.request.product')} · <TimeAgo at={request.created_at} />
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
