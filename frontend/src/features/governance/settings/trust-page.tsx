import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { type Trust, useTrust } from '@/api/trust';
import { many } from '@/core/money';
import { dateTime, fileSize } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TimeAgo } from '@/ui/time-ago';
import { TurnedAway } from '@/ui/turned-away';
import { SettingsTabs } from './settings-tabs';
import classes from './trust.module.css';
import { Facts, TrustCard } from './trust-card';

/** `/settings/trust`: keys, trail, backups and refused sign-ins, for whoever answers for the installation. */
export default function TrustPage() {
  return useCan('installation:read') ? <Cards /> : <TurnedAway />;
}

function Cards() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useTrust();
  return (
    <Page title={t('trust.title')} lead={t('trust.lead')}>
      <SettingsTabs />
      <ProblemAlert error={error} retry={() => void refetch()} />
      {isPending && <Waiting />}
      {data && (
        <div className={classes.cards}>
          <Backups state={data.backups} />
          <Trail state={data.trail} />
          <Keys state={data.keys} />
          <SignIns state={data.sign_ins} />
        </div>
      )}
    </Page>
  );
}

function Keys({ state }: { state: Trust['keys'] }) {
  const { t, i18n } = useTranslation();
  return (
    <TrustCard about="keys" state={state}>
      <Facts
        facts={[
          [t('trust.keys.sealing'), state.sealing_key],
          state.since ? [t('trust.keys.since'), <TimeAgo key="since" at={state.since} />] : null,
          [t('trust.keys.keptIn'), t(`trust.keys.${state.kept_in}`)],
        ]}
      />
      <Table className={classes.table} aria-label={t('trust.keys.table')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('trust.keys.key')}</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              {t('trust.keys.sealed')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {state.keys.map((key) => (
            <Table.Tr key={key.name}>
              <Table.Td>
                {key.name}
                {!key.in_ring && <span className={classes.missing}> ({t('trust.keys.gone')})</span>}
              </Table.Td>
              <Table.Td className={classes.number}>{many(key.sealed, i18n.language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </TrustCard>
  );
}

function Trail({ state }: { state: Trust['trail'] }) {
  const { t, i18n } = useTranslation();
  const reads = useCan('audit:read');
  return (
    <TrustCard about="trail" state={state}>
      <Facts
        facts={[
          [t('trust.trail.events'), many(state.events, i18n.language)],
          state.last_at ? [t('trust.trail.signed'), <TimeAgo key="signed" at={state.last_at} />] : null,
          [t('trust.trail.place'), t(state.outside ? 'trust.trail.outside' : 'trust.trail.inside')],
          [t('trust.trail.guard'), t(state.guarded ? 'trust.trail.on' : 'trust.trail.off')],
          state.unsealed > 0 ? [t('trust.trail.unsealed'), many(state.unsealed, i18n.language)] : null,
        ]}
      />
      {reads && <TextLink to="/audit/integrity">{t('trust.trail.open')}</TextLink>}
    </TrustCard>
  );
}

function Backups({ state }: { state: Trust['backups'] }) {
  const { t } = useTranslation();
  const good = state.last_good;
  return (
    <TrustCard about="backups" state={state} named={{ keys: state.missing_keys.join(', ') }}>
      <Facts
        facts={[
          [t('trust.backups.last'), good ? <TimeAgo key="last" at={good.started_at} /> : t('trust.backups.none')],
          good
            ? [
                t('trust.backups.size'),
                `${fileSize(good.size)} ${t('trust.backups.files', { count: good.files })} · ${good.name}`,
              ]
            : null,
          [
            t('trust.backups.how'),
            state.scheduled ? t('trust.backups.every', { count: state.every_hours }) : t('trust.backups.never'),
          ],
          state.scheduled ? [t('trust.backups.kept'), t('trust.backups.newest', { count: state.kept })] : null,
          state.next_at ? [t('trust.backups.next'), <TimeAgo key="next" at={state.next_at} />] : null,
          state.failed_at
            ? [
                t('trust.backups.failed'),
                <span key="failed">
                  <TimeAgo at={state.failed_at} />: {state.error}
                </span>,
              ]
            : null,
          state.restored_at && state.restored_to
            ? [
                t('trust.backups.back'),
                <span key="back">
                  <TimeAgo at={state.restored_at} />,{' '}
                  {t('trust.backups.to', { at: dateTime(new Date(state.restored_to)) })}
                </span>,
              ]
            : null,
        ]}
      />
    </TrustCard>
  );
}

function SignIns({ state }: { state: Trust['sign_ins'] }) {
  const { t, i18n } = useTranslation();
  const reads = useCan('audit:read');
  return (
    <TrustCard about="signIns" state={state}>
      <Facts
        facts={[
          [t('trust.signIns.hour'), many(state.last_hour, i18n.language)],
          [t('trust.signIns.day'), many(state.last_day, i18n.language)],
          [t('trust.signIns.addresses'), many(state.addresses, i18n.language)],
          [t('trust.signIns.strangers'), many(state.strangers, i18n.language)],
        ]}
      />
      {state.latest.length === 0 ? (
        <Text c="dimmed">{t('trust.signIns.empty')}</Text>
      ) : (
        <Table className={classes.table} aria-label={t('trust.signIns.table')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('trust.signIns.who')}</Table.Th>
              <Table.Th scope="col">{t('trust.signIns.from')}</Table.Th>
              <Table.Th scope="col">{t('trust.signIns.when')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {state.latest.map((one) => (
              <Table.Tr key={`${one.at} ${one.name}`}>
                <Table.Td className={classes.breaks}>{one.name}</Table.Td>
                <Table.Td className={classes.breaks}>{one.address}</Table.Td>
                <Table.Td>
                  <TimeAgo at={one.at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {reads && state.latest.length > 0 && (
        <TextLink to="/audit" search={{ action: 'session.refused' }}>
          {t('trust.signIns.all')}
        </TextLink>
      )}
    </TrustCard>
  );
}
