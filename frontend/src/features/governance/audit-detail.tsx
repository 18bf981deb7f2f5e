import { Drawer, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AuditEvent } from '@/api/types';
import { dateTime } from '@/core/time';
import { label } from '@/core/values';
import { ValueTable } from '@/ui/value-table';
import classes from './governance.module.css';
import { ObjectLink } from './object-link';

/** One entry in full, with before and after side by side. */
export function AuditDetail({ event, onClose }: { event: AuditEvent | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer.Root opened={event !== null} onClose={onClose} position="right" size={520}>
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content aria-label={t('audit.detail.label')}>
        <Drawer.Body className={classes.detail}>
          <div className={classes.detailHead}>
            <Title order={2}>{event?.sentence}</Title>
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
    [t('audit.column.by'), event.actor.name || t('audit.nobody')],
    [t('audit.column.on'), <ObjectLink key="object" object={event.object} />],
    [t('audit.column.result'), t(`audit.result.${event.result}`)],
    [t('audit.detail.action'), event.action],
    [t('audit.detail.number'), String(event.seq)],
  ];
  if (event.reason) facts.push([t('audit.detail.reason'), event.reason]);
  if (event.ip) facts.push([t('audit.detail.ip'), event.ip]);
  return (
    <>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Change before={event.before} after={event.after} />
      {event.detail !== null && event.detail !== undefined && (
        <section>
          <Title order={3} mb="xs">
            {t('audit.detail.more')}
          </Title>
          <ValueTable value={event.detail} caption={t('audit.detail.more')} />
        </section>
      )}
    </>
  );
}

type Fields = Record<string, unknown>;

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

function Change({ before, after }: { before: unknown; after: unknown }) {
  const { t } = useTranslation();
  const [was, is] = [asFields(before), asFields(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  if (names.length === 0) {
    return <Text c="dimmed">{t('audit.detail.noChange')}</Text>;
  }
  return (
    <table className={classes.change} aria-label={t('audit.detail.change')}>
      <thead>
        <tr>
          <th scope="col">{t('audit.detail.field')}</th>
          <th scope="col">{t('audit.detail.before')}</th>
          <th scope="col">{t('audit.detail.after')}</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name} data-changed={JSON.stringify(was[name]) !== JSON.stringify(is[name]) || undefined}>
            <th scope="row">{label(name)}</th>
            <td>
              <ValueTable value={was[name]} caption={t('audit.detail.before')} />
            </td>
            <td>
              <ValueTable value={is[name]} caption={t('audit.detail.after')} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
