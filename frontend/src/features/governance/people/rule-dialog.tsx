import { Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PolicyAbout, useCreatePolicy } from '@/api/access';
import { useMatrix } from '@/api/governance';
import type { Role, Verb } from '@/api/types';
import { verbKey } from '@/core/trail';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { AssetPicker, RolePicker, TeamPicker, WhoPicker, WorkflowPicker } from './pickers';

type VerbWords = 'audit.verb.workflow.read';
type Kind = 'user' | 'team' | 'role';
type About = 'everything' | 'workflow' | 'asset';

const KINDS: readonly Kind[] = ['user', 'team', 'role'];
const ABOUTS: readonly About[] = ['everything', 'workflow', 'asset'];
/** No rule takes these away: it could lock everybody out, or hide from auditors what was done. */
const KEPT_FREE = ['workspace', 'member', 'audit'];
const ON: Record<'workflow' | 'asset', readonly Verb[]> = {
  workflow: [
    'workflow:read',
    'workflow:edit',
    'workflow:run',
    'workflow:run_draft',
    'workflow:publish',
    'workflow:share',
    'run:read',
    'run:payload',
    'run:cancel',
  ],
  asset: ['asset:read', 'asset:consume', 'asset:modify', 'asset:replace', 'asset:share'],
};

/** A new rule: against whom, about what, what they may never do, and why. */
export function RuleDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const create = useCreatePolicy();
  const [kind, setKind] = useState<Kind>('user');
  const [whom, setWhom] = useState<string | null>(null);
  const [about, setAbout] = useState<About>('everything');
  const [thing, setThing] = useState<string | null>(null);
  const [verbs, setVerbs] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const needsThing = about !== 'everything' && !thing;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!whom || needsThing || verbs.length === 0 || !reason.trim()) return;
    const policy = { [kind]: whom as Role, verbs: verbs as Verb[], reason: reason.trim() };
    const on: PolicyAbout = thing ? { type: about === 'workflow' ? 'workflows' : 'assets', id: thing } : null;
    create.mutate(
      { about: on, policy },
      {
        onSuccess: () => {
          toast.done(t('access.rules.form.done'));
          onClose();
        },
      },
    );
  };
  const Whom = { user: WhoPicker, team: TeamPicker, role: RolePicker }[kind];
  const Thing = about === 'asset' ? AssetPicker : WorkflowPicker;
  return (
    <Modal opened onClose={onClose} title={t('access.rules.new')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <ProblemAlert error={create.error} />
          <Select
            label={t('access.rules.form.kind')}
            data-autofocus
            allowDeselect={false}
            data={KINDS.map((value) => ({ value, label: t(`access.rules.form.${value}`) }))}
            value={kind}
            onChange={(next) => {
              setKind((next ?? 'user') as Kind);
              setWhom(null);
            }}
          />
          <Whom
            label={t(`access.rules.form.${kind}`)}
            value={whom}
            onChange={setWhom}
            error={tried && !whom ? t('access.rules.form.needsWhom') : undefined}
          />
          <Select
            label={t('access.rules.form.about')}
            allowDeselect={false}
            data={ABOUTS.map((value) => ({ value, label: t(`access.rules.form.${value}`) }))}
            value={about}
            onChange={(next) => {
              setAbout((next ?? 'everything') as About);
              setThing(null);
              setVerbs([]);
            }}
          />
          {about !== 'everything' && (
            <Thing
              label={t('access.rules.form.choose')}
              value={thing}
              onChange={setThing}
              error={tried && needsThing ? t('access.rules.form.needsThing') : undefined}
            />
          )}
          <VerbChoice
            about={about}
            value={verbs}
            onChange={setVerbs}
            error={tried && verbs.length === 0 ? t('access.rules.form.needsVerbs') : undefined}
          />
          <TextInput
            label={t('access.rules.form.reason')}
            description={t('access.rules.form.reasonHint')}
            maxLength={300}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={tried && !reason.trim() ? t('access.rules.form.needsReason') : undefined}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t('access.rules.form.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface VerbChoiceProps {
  about: About;
  value: string[];
  onChange: (verbs: string[]) => void;
  error?: string | undefined;
}

function VerbChoice({ about, value, onChange, error }: VerbChoiceProps) {
  const { t } = useTranslation();
  const all = useMatrix().data?.map((row) => row.verb) ?? [];
  const offered =
    about === 'everything' ? all.filter((verb) => !KEPT_FREE.includes(verb.split(':')[0] ?? '')) : ON[about];
  return (
    <MultiSelect
      label={t('access.rules.form.verbs')}
      searchable
      hidePickedOptions
      nothingFoundMessage={t('access.rules.form.nothing')}
      data={offered.map((verb) => ({ value: verb, label: t(`audit.verb.${verbKey(verb)}` as VerbWords) }))}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
