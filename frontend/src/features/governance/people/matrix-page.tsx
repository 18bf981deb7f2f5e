import { Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { useMatrix } from '@/api/governance';
import { useCan } from '@/api/session';
import type { Level, MatrixRow } from '@/api/types';
import { verbKey } from '@/core/trail';
import { ROLES } from '@/core/words';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { PeopleTabs } from './people-tabs';

type Verb = 'audit.verb.workflow.read';
type Group = 'matrix.group.workflow';
const LEVELS: Level[] = ['use', 'edit'];

export default function MatrixPage() {
  return useCan('member:read') ? <Matrix /> : <TurnedAway />;
}

/** Who can what, as the server goes by it; nothing can be changed here. */
function Matrix() {
  const { t } = useTranslation();
  const matrix = useMatrix();
  return (
    <Page title={t('matrix.label')} lead={t('matrix.lead')}>
      <PeopleTabs />
      <ProblemAlert error={matrix.error} retry={() => void matrix.refetch()} />
      {matrix.isPending && <Waiting />}
      {matrix.data && <Table rows={matrix.data} />}
    </Page>
  );
}

function Table({ rows }: { rows: MatrixRow[] }) {
  const { t } = useTranslation();
  const groups = [...new Set(rows.map(groupOf))];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.matrixFrame} aria-label={t('matrix.label')} tabIndex={0}>
      <table className={classes.matrix} aria-label={t('matrix.label')}>
        <thead>
          <tr>
            <th scope="col">{t('matrix.what')}</th>
            {ROLES.map((role) => (
              <th key={role} scope="col">
                {t(`words.role.${role}.name`)}
              </th>
            ))}
            {LEVELS.map((level) => (
              <th key={level} scope="col" className={level === 'use' ? classes.shared : undefined}>
                <Text span size="xs" c="dimmed" display="block">
                  {t('matrix.shared')}
                </Text>
                {t(`sharing.level.${level}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <Fragment key={group}>
              <tr className={classes.group}>
                <th scope="rowgroup" colSpan={1 + ROLES.length + LEVELS.length}>
                  {t(`matrix.group.${group}` as Group)}
                </th>
              </tr>
              {rows
                .filter((row) => groupOf(row) === group)
                .map((row) => (
                  <tr key={row.verb}>
                    <th scope="row">{t(`audit.verb.${verbKey(row.verb)}` as Verb)}</th>
                    {ROLES.map((role) => (
                      <Cell key={role} yes={row.roles.includes(role)} />
                    ))}
                    {LEVELS.map((level) => (
                      <Cell key={level} yes={row.levels.includes(level)} shared={level === 'use'} />
                    ))}
                  </tr>
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const groupOf = (row: MatrixRow) => row.verb.split(':')[0] ?? '';

function Cell({ yes, shared = false }: { yes: boolean; shared?: boolean }) {
  const { t } = useTranslation();
  return (
    <td className={shared ? classes.shared : undefined}>
      {yes ? (
        <IconCheck size={18} role="img" aria-label={t('matrix.yes')} />
      ) : (
        <span className={classes.quiet} role="img" aria-label={t('matrix.no')}>
          ·
        </span>
      )}
    </td>
  );
}
