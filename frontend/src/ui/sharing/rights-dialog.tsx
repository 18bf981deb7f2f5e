import { Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconMinus, IconShieldX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { day } from '@/core/time';
import { verbKey } from '@/core/trail';
import { Waiting } from '../data-table';
import { ProblemAlert } from '../problem-alert';
import { lastDayWords } from './grant-days';
import classes from './rights.module.css';

type VerbWords = 'audit.verb.workflow.read';
type RoleWords = 'words.role.owner.name';
type LevelName = 'use' | 'edit' | 'replace';

interface Way {
  kind: 'owner' | 'role' | 'grant';
  name: string;
  via: string;
  folder: string;
  until: string | null;
}

interface Rule {
  id: string;
  reason: string;
  user?: { name: string } | null;
  team: { name: string } | null;
  role: string;
  about: { name: string } | null;
}

interface Right {
  verb: string;
  allowed: boolean;
  ways: Way[];
  rules: Rule[];
  idle: string[];
  roles: string[];
  levels: string[];
  tokens: { id: string; name: string; prefix: string; holder: string; expires_at: string }[];
}

interface RightsDialogProps {
  /** Whose rights they are. */
  name: string;
  /** The one thing they are about; without it everything in the workspace. */
  thing?: string | undefined;
  rights: readonly Right[] | undefined;
  error: unknown;
  onRetry(): void;
  onClose(): void;
}

/** What somebody may do, and why or why not: every role, share and token that leads there, and every rule against it. */
export function RightsDialog({ name, thing, rights, error, onRetry, onClose }: RightsDialogProps) {
  const { t } = useTranslation();
  const title = thing ? t('access.rights.titleOn', { name, thing }) : t('access.rights.title', { name });
  return (
    <Modal opened onClose={onClose} size={680} title={title} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <Stack gap="sm">
        <ProblemAlert error={error} retry={onRetry} />
        {!rights && !error && <Waiting />}
        {rights && (
          <ul className={classes.rights} aria-label={title}>
            {rights.map((right) => (
              <li key={right.verb} className={classes.right}>
                <Answer right={right} />
              </li>
            ))}
          </ul>
        )}
      </Stack>
    </Modal>
  );
}

function Answer({ right }: { right: Right }) {
  const { t } = useTranslation();
  const forbidden = !right.allowed && right.rules.length > 0;
  const Icon = right.allowed ? IconCheck : forbidden ? IconShieldX : IconMinus;
  const answer = right.allowed ? 'yes' : forbidden ? 'forbidden' : 'no';
  return (
    <>
      <span className={classes.sign} data-answer={answer}>
        <Icon size={18} aria-hidden />
      </span>
      <div className={classes.said}>
        <Text fw={550}>
          {t(`audit.verb.${verbKey(right.verb)}` as VerbWords)}
          <Text span c="dimmed" fw={400}>
            {' '}
            {t(`access.rights.${answer}`)}
          </Text>
        </Text>
        <Reasons right={right} />
      </div>
    </>
  );
}

function Reasons({ right }: { right: Right }) {
  const { t } = useTranslation();
  const roles = (keys: readonly string[]) => keys.map((key) => t(`words.role.${key}.name` as RoleWords)).join(', ');
  const lacks = !right.allowed && right.ways.length === 0 && right.idle.length === 0;
  return (
    <ul className={classes.reasons}>
      {right.rules.map((rule) => (
        <RuleLine key={rule.id} rule={rule} />
      ))}
      {right.ways.map((way) => (
        <WayLine key={`${way.kind} ${way.name} ${way.via} ${way.folder}`} way={way} />
      ))}
      {right.tokens.map((token) => (
        <li key={token.id}>
          {t('access.rights.token', {
            name: token.name,
            holder: token.holder,
            prefix: token.prefix,
            until: day(new Date(token.expires_at)),
          })}
        </li>
      ))}
      {right.idle.length > 0 && <li>{t('access.rights.idle', { roles: roles(right.idle) })}</li>}
      {lacks && <li>{t('access.rights.lacks', { roles: roles(right.roles) })}</li>}
      {lacks && right.levels[0] && (
        <li>{t('access.rights.orShared', { level: t(`access.level.${right.levels[0] as LevelName}`) })}</li>
      )}
    </ul>
  );
}

function RuleLine({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  const whom = rule.user?.name ?? rule.team?.name ?? t(`words.role.${rule.role}.name` as RoleWords);
  const kind = rule.user ? 'person' : rule.team ? 'team' : 'role';
  return (
    <li className={classes.rule}>
      {t(`access.rights.rule.${kind}`, { whom })} {rule.about ? `${t('access.rights.about', rule.about)} ` : ''}
      {t('access.rights.reason', { reason: rule.reason })}
    </li>
  );
}

function WayLine({ way }: { way: Way }) {
  const { t } = useTranslation();
  if (way.kind === 'owner') return <li>{t('access.rights.way.owner')}</li>;
  if (way.kind === 'role') {
    return <li>{t('access.rights.way.role', { role: t(`words.role.${way.name}.name` as RoleWords) })}</li>;
  }
  const level = t(`access.level.${way.name as LevelName}`);
  return (
    <li>
      {way.via ? t('access.rights.way.team', { level, team: way.via }) : t('access.rights.way.named', { level })}
      {way.folder && ` ${t('access.rights.way.folder', { folder: way.folder })}`}
      {way.until && ` ${t('access.rights.until', { when: lastDayWords(way.until) })}`}
    </li>
  );
}
