import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Request } from '@/api/requests';
import type { Role } from '@/api/types';
import { type Payload, payloadOf } from '@/core/requests';
import { phrase } from '@/core/server-words';
import { dateTime } from '@/core/time';
import { verbKey } from '@/core/trail';
import { TextLink } from '@/ui/button-link';
import { RoleNames } from '../role-names';
import { Part } from './part';
import classes from './requests.module.css';

/** What would be another after it, as far as somebody needs it to decide. */
export function RequestContent({ one }: { one: Request }) {
  const payload = payloadOf(one);
  switch (one.kind) {
    case 'workflow.publishing':
      return <Publishing one={one} payload={payload} />;
    case 'workflow.run_as':
      return <RunAs one={one} payload={payload} />;
    case 'grant.change':
      return <GrantChange one={one} payload={payload} />;
    case 'asset.replacement':
      return null;
    default:
      return <Rule payload={payload} />;
  }
}

interface ContentProps {
  one: Request;
  payload: Payload;
}

function Publishing({ one, payload }: ContentProps) {
  const { t } = useTranslation();
  const { before, before_id, author, run_as } = payload;
  const open = one.state === 'open';
  return (
    <>
      <Part title={t('requests.publishing.title')}>
        <Text>
          {before
            ? t('requests.publishing.again', { name: one.object.name, number: Number(before) })
            : t('requests.publishing.first', { name: one.object.name })}
        </Text>
        {author && <Text>{t('requests.publishing.author', { name: author })}</Text>}
        <div className={classes.links}>
          <TextLink to="/workflows/$id" params={{ id: one.object.id }}>
            {t('requests.publishing.open')}
          </TextLink>
          {open && before_id && (
            <TextLink
              to="/workflows/$id/compare"
              params={{ id: one.object.id }}
              search={{ from: before_id, to: 'draft' }}
            >
              {t('requests.publishing.compare')}
            </TextLink>
          )}
        </div>
        <Text size="sm" c="dimmed">
          {t('requests.publishing.bound')}
        </Text>
      </Part>
      {run_as && (
        <Part title={t('requests.runAs.title')}>
          <Text>{t('requests.runAs.inName', { name: run_as.name || t('words.request.product') })}</Text>
          <Scopes scopes={run_as.scopes} />
          <Uses uses={payload.uses ?? []} />
        </Part>
      )}
    </>
  );
}

function RunAs({ one, payload }: ContentProps) {
  const { t } = useTranslation();
  return (
    <Part title={t('requests.runAs.title')}>
      <Text>{t('requests.runAs.offer', { name: one.object.name, person: payload.person?.name ?? '' })}</Text>
      <Scopes scopes={payload.scopes ?? []} />
      <Uses uses={payload.uses ?? []} />
      <div className={classes.links}>
        <TextLink to="/workflows/$id" params={{ id: one.object.id }}>
          {t('requests.publishing.open')}
        </TextLink>
      </div>
      <Text size="sm" c="dimmed">
        {t('requests.runAs.bound')}
      </Text>
    </Part>
  );
}

type Verb = 'audit.verb.workflow.read';

/** What may be done in somebody's name. */
function Scopes({ scopes }: { scopes: readonly string[] }) {
  const { t } = useTranslation();
  if (scopes.length === 0) return <Text c="dimmed">{t('requests.runAs.nothing')}</Text>;
  return (
    <div>
      <Text fw={550}>{t('requests.runAs.may')}</Text>
      <ul className={classes.list}>
        {scopes.map((scope) => (
          <li key={scope}>{t(`audit.verb.${verbKey(scope)}` as Verb, { defaultValue: scope })}</li>
        ))}
      </ul>
    </div>
  );
}

function Uses({ uses }: { uses: NonNullable<Payload['uses']> }) {
  const { t } = useTranslation();
  if (uses.length === 0) return null;
  return (
    <div>
      <Text fw={550}>{t('requests.runAs.uses')}</Text>
      <ul className={classes.list}>
        {uses.map(({ kind, name }) => (
          <li key={`${kind} ${name}`}>{t(`requests.use.${kind}`, { name: phrase(name) })}</li>
        ))}
      </ul>
    </div>
  );
}

function GrantChange({ one, payload }: ContentProps) {
  const { t } = useTranslation();
  const { what, before, roles = [], email, added = [], whom = '', level, expires_at } = payload;
  const name = one.object.name;
  if (what === 'roles')
    return (
      <Part title={t('requests.grant.roles', { name })}>
        <div className={classes.pair}>
          <Side title={t('requests.before')}>
            <RoleNames roles={(before ?? []) as Role[]} />
          </Side>
          <Side title={t('requests.after')}>
            <RoleNames roles={roles as Role[]} />
          </Side>
        </div>
      </Part>
    );
  if (what === 'groups') return <Groups payload={payload} />;
  if (what === 'rule') return <Lifted one={one} payload={payload} />;
  if (what === 'invitation')
    return (
      <Part title={t('requests.grant.invitation', { email: email ?? name })}>
        <RoleNames roles={roles as Role[]} />
        <Text size="sm" c="dimmed">
          {t('requests.grant.inviteAgain')}
        </Text>
        {one.state === 'approved' && (
          <TextLink to="/admin/users" search={{}}>
            {t('requests.grant.people')}
          </TextLink>
        )}
      </Part>
    );
  if (what === 'team')
    return (
      <Part title={t('requests.grant.team', { name })}>
        <ul className={classes.list}>
          {added.map((person) => (
            <li key={person}>{person}</li>
          ))}
        </ul>
        <Text size="sm" c="dimmed">
          {t('requests.grant.teamText')}
        </Text>
      </Part>
    );
  if (what === 'access')
    return (
      <Part title={t('requests.grant.access', { name })}>
        <Text>{t('requests.grant.accessText')}</Text>
      </Part>
    );
  return (
    <Part title={t('requests.grant.share', { name, whom })}>
      <Text>{t(`requests.level.${level as 'use'}`)}</Text>
      {expires_at && <Text>{t('requests.grant.until', { at: dateTime(new Date(expires_at)) })}</Text>}
    </Part>
  );
}

/** What groups of the organisation would be allowed to do: those whose roles would be others. */
function Groups({ payload }: { payload: Payload }) {
  const { t } = useTranslation();
  const before = (payload.before ?? {}) as Record<string, string[]>;
  const after = payload.groups ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => String(before[name] ?? []) !== String(after[name] ?? []));
  return changed.map((name) => (
    <Part key={name} title={t('requests.grant.group', { name })}>
      <div className={classes.pair}>
        <Side title={t('requests.before')}>
          <RolesOrNone roles={before[name]} />
        </Side>
        <Side title={t('requests.after')}>
          <RolesOrNone roles={after[name]} />
        </Side>
      </div>
    </Part>
  ));
}

/** A rule that would forbid nothing any more. */
function Lifted({ one, payload }: ContentProps) {
  const { t } = useTranslation();
  const { verbs = [], about, role } = payload;
  const whom = payload.whom || (role ? t(`words.role.${role as Role}.name`) : '');
  return (
    <Part title={t('requests.grant.rule', { whom })}>
      <Text>{t('requests.grant.ruleReason', { reason: one.object.name })}</Text>
      <Text>{about || t('requests.grant.ruleEverywhere')}</Text>
      <ul className={classes.list}>
        {verbs.map((verb) => (
          <li key={verb}>{t(`audit.verb.${verbKey(verb)}` as Verb, { defaultValue: verb })}</li>
        ))}
      </ul>
      <Text size="sm" c="dimmed">
        {t('requests.grant.ruleText')}
      </Text>
    </Part>
  );
}

function RolesOrNone({ roles = [] }: { roles?: string[] | undefined }) {
  const { t } = useTranslation();
  return roles.length > 0 ? <RoleNames roles={roles as Role[]} /> : <Text c="dimmed">{t('requests.none')}</Text>;
}

type Field = 'requests.field.allowed_hosts';

/** A rule of the workspace that lets through more than before. */
function Rule({ payload }: { payload: Payload }) {
  const { t } = useTranslation();
  return Object.entries(payload.changes ?? {}).map(([field, { before, after }]) => (
    <Part key={field} title={t(`requests.field.${field}` as Field, { defaultValue: field })}>
      <div className={classes.pair}>
        <Side title={t('requests.before')}>
          <Value field={field} value={before} />
        </Side>
        <Side title={t('requests.after')}>
          <Value field={field} value={after} />
        </Side>
      </div>
    </Part>
  ));
}

function Value({ field, value }: { field: string; value: unknown }) {
  const { t } = useTranslation();
  if (value === '' || (Array.isArray(value) && value.length === 0)) return <Text c="dimmed">{t('requests.none')}</Text>;
  if (Array.isArray(value)) {
    return (
      <ul className={classes.list}>
        {value.map((entry) => (
          <li key={String(entry)}>{field === 'redact' ? t(wordOf(field, entry)) : String(entry)}</li>
        ))}
      </ul>
    );
  }
  return <Text>{t(wordOf(field, value), { defaultValue: String(value) })}</Text>;
}

function wordOf(field: string, value: unknown) {
  return `requests.value.${field}.${String(value)}` as 'requests.value.four_eyes.required';
}

function Side({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      {children}
    </div>
  );
}
