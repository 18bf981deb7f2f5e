import { Drawer, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AuditEvent } from '@/api/types';
import { personName } from '@/core/erased';
import { dateTime } from '@/core/time';
import { changesOf } from '@/core/trail';
import { Changes } from '@/ui/trail-values';
import { useSentence } from '@/ui/use-sentence';
import { ValueTable } from '@/ui/value-table';
import classes from '../governance.module.css';
import { ObjectLink } from '../object-link';

/** One entry in full, with before and after side by side. */
export function AuditDetail({ event, onClose }: { event: AuditEvent | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { sentence } = useSentence();
  return (
    <Drawer.Root opened={event !== null} onClose={onClose} position="right" size={520}>
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content aria-label={t('audit.detail.label')}>
        <Drawer.Body className={classes.detail}>
          <div className={classes.detailHead}>
            <Title order={2}>{event && sentence(event)}</Title>
            <Drawer.CloseButton aria-label={t('ui.close')} />
          </div>
          {event && <Entry event={event} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Entry({ event }: { event: AuditEvent }) {
  const { t } = useTranslation();
  const facts: [string, React.ReactNode][] = [
    [t('audit.column.when'), dateTime(new Date(event.at))],
    [t('audit.column.by'), personName(event.actor.name) || t('audit.nobody')],
    [t('audit.column.on'), <ObjectLink key="object" object={event.object} />],
    [t('audit.column.result'), t(`audit.result.${event.result}`)],
  ];
  if (event.reason) facts.push([t('audit.detail.reason'), event.reason]);
  return (
    <>
      <Facts facts={facts} />
      {changesOf(event).length > 0 ? <Changes entry={event} /> : <Text c="dimmed">{t('audit.detail.noChange')}</Text>}
      <Technical event={event} />
    </>
  );
}

/** What nobody needs to read to understand the entry, and an investigation may. */
function Technical({ event }: { event: AuditEvent }) {
  const { t } = useTranslation();
  const facts: [string, React.ReactNode][] = [
    [t('audit.detail.action'), event.action],
    [t('audit.detail.number'), String(event.seq)],
  ];
  if (event.ip) facts.push([t('audit.detail.ip'), personName(event.ip)]);
  if (event.auth) facts.push([t('audit.detail.auth'), event.auth]);
  if (event.trace) facts.push([t('audit.detail.trace'), event.trace]);
  const values = Object.fromEntries(
    Object.entries({ detail: event.detail, before: event.before, after: event.after }).filter(([, one]) => one),
  );
  return (
    <details className={classes.technical}>
      <summary>{t('audit.detail.technical')}</summary>
      <Facts facts={facts} />
      {Object.keys(values).length > 0 && <ValueTable value={values} caption={t('audit.detail.technical')} />}
    </details>
  );
}

function Facts({ facts }: { facts: [string, React.ReactNode][] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
