import { Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Publishing, useAskPublishing, useOfferRunAs, usePublishing } from '@/api/requests';
import { useUser } from '@/api/session';
import { usePublish } from '@/api/workflows';
import { phrase } from '@/core/server-words';
import { TextLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { useEditorActions } from './editor-store';

export interface PublishDialogProps {
  workflow: string;
  opened: boolean;
  onClose(): void;
  /** It went live for the first time. */
  onFirst(): void;
  /** Saves what is open; false: it could not. */
  flush(): Promise<boolean>;
}

export function PublishDialog(props: PublishDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t('editor.publish.title')}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Fields {...props} />
    </Modal>
  );
}

function Fields({ workflow, onClose, onFirst, flush }: PublishDialogProps) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const [runAs, setRunAs] = useState<string | null>(null);
  const { saving, save } = useSaving(flush);
  const known = usePublishing(workflow, saving === 'saved');
  const publishing = known.data;
  const publish = usePublish(workflow);
  const ask = useAskPublishing(workflow);
  const offer = useOfferRunAs(workflow);
  const { settle } = useEditorActions();
  const chosen = publishing?.choices.find(({ id }) => id === runAs) ?? null;
  const step = stepOf(publishing, chosen);
  const needsNote = step !== 'publish';
  const [tried, setTried] = useState(false);
  const verb = { publish, ask, offer }[step];
  const done = (words: string) => {
    toast.done(words);
    onClose();
  };
  const send = async () => {
    setTried(true);
    if ((needsNote && !note.trim()) || !(await save()) || !publishing) return;
    if (step === 'ask') {
      ask.mutate({ note, run_as: runAs }, { onSuccess: () => done(t('requests.publish.asked')) });
    } else if (step === 'offer' && chosen) {
      const { id: user, name } = chosen;
      offer.mutate({ user, reason: note }, { onSuccess: () => done(t('requests.publish.offered', { name })) });
    } else {
      publish.mutate(
        { note, run_as: runAs },
        {
          onSuccess: (version) => {
            settle();
            done(t('editor.publish.done', { number: version.number ?? '' }));
            if (version.number === 1) onFirst();
          },
        },
      );
    }
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t(step === 'ask' ? 'requests.publish.askText' : 'editor.publish.text')}
      </Text>
      {publishing?.request && <Waits publishing={publishing} onFollow={onClose} />}
      <Textarea
        label={t(step === 'publish' ? 'editor.publish.note' : 'requests.publish.why')}
        placeholder={step === 'publish' ? t('editor.publish.placeholder') : undefined}
        autosize
        minRows={2}
        maxLength={needsNote ? 500 : 2000}
        value={note}
        error={tried && needsNote && !note.trim() ? t('ui.needsReason') : null}
        data-autofocus
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {publishing && <RunsAs publishing={publishing} value={runAs} onChange={setRunAs} />}
      <ProblemAlert error={known.error} retry={() => void known.refetch()} />
      <ProblemAlert error={verb.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('editor.cancel')}
        </Button>
        {!(step === 'ask' && publishing?.request) && !chosen?.asked && (
          <Button
            loading={saving === 'saving' || known.isLoading || verb.isPending}
            disabled={known.isError}
            onClick={() => void send()}
          >
            {step === 'publish' && t('editor.publish.button')}
            {step === 'ask' && t('requests.publish.ask')}
            {step === 'offer' && t('requests.publish.offer', { name: chosen?.name ?? '' })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

type Choice = Publishing['choices'][number];

/** What comes next: somebody to run as has to agree first, then perhaps a publisher. */
function stepOf(publishing: Publishing | undefined, chosen: Choice | null): 'publish' | 'ask' | 'offer' {
  if (chosen && !chosen.accepted) return 'offer';
  return publishing?.rule === 'ask' ? 'ask' : 'publish';
}

/** What is open is saved first: people agree to exactly this content, and it decides who has to. */
function useSaving(flush: () => Promise<boolean>) {
  const [saving, setSaving] = useState<'saving' | 'saved' | 'failed'>('saving');
  const save = async () => {
    const saved = await flush();
    setSaving(saved ? 'saved' : 'failed');
    return saved;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the dialog opens
  useEffect(() => void save(), []);
  return { saving, save };
}

function Waits({ publishing, onFollow }: { publishing: Publishing; onFollow(): void }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" role="status">
      {t('requests.publish.waits', { name: publishing.requester?.name ?? t('words.request.product') })}{' '}
      <TextLink to="/requests/$id" params={{ id: publishing.request ?? '' }} onClick={onFollow}>
        {t('requests.publish.look')}
      </TextLink>
    </Text>
  );
}

interface RunsAsProps {
  publishing: Publishing;
  /** Null: oneself. */
  value: string | null;
  onChange(id: string | null): void;
}

/** In whose name it runs, and what it uses there. */
function RunsAs({ publishing, value, onChange }: RunsAsProps) {
  const { t } = useTranslation();
  const user = useUser();
  const { choices, uses } = publishing;
  const chosen = choices.find(({ id }) => id === value);
  const label = ({ name, accepted, asked }: Choice) =>
    accepted ? t('requests.publish.accepted', { name }) : asked ? t('requests.publish.wasAsked', { name }) : name;
  const hint = chosen?.asked
    ? t('requests.publish.unanswered', { name: chosen.name })
    : chosen && !chosen.accepted
      ? t('requests.publish.hasToAgree', { name: chosen.name })
      : t('requests.publish.runsAsText');
  return (
    <div>
      <Select
        label={t('requests.publish.runsAs')}
        description={hint}
        allowDeselect={false}
        searchable={choices.length > 8}
        data={[
          { value: user.id, label: t('requests.publish.you', { name: user.name }) },
          ...choices.map((one) => ({ value: one.id, label: label(one) })),
        ]}
        value={value ?? user.id}
        onChange={(next) => onChange(next === user.id ? null : next)}
      />
      {uses.length > 0 && (
        <Text size="sm" c="dimmed" mt={6}>
          {t('requests.publish.uses', { names: uses.map(({ name }) => phrase(name)).join(', ') })}
        </Text>
      )}
    </div>
  );
}
