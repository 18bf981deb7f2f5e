import { Alert, Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertTriangle, IconCheck, IconPlugConnected } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Look, useLookAtServer } from '@/api/assets';
import { sentence } from '@/core/server-words';
import { ProblemAlert } from '@/ui/problem-alert';
import { useServerErrors } from './errors';
import classes from './making.module.css';
import { MakingForm } from './making-form';
import { fitting, type MappingValues, readMapping, writeMapping } from './mapping';
import { MappingFields } from './mapping-fields';
import { More } from './more';
import { AddressFields, LimitFields, remoteChecks } from './remote-fields';
import { isAddress, type RemoteValues, readRemote, text, writeRemote } from './remote-values';
import { TaskChoice } from './task-choice';
import { type MakingProps, type Task, wayOf } from './ways';

const TASKS = wayOf('server')?.tasks ?? [];

interface Values extends RemoteValues {
  model: string;
  version: string;
}

/** A model behind a server of the Open Inference Protocol: its inputs and outputs are read from the server. */
export default function ServerForm({ before, task: given, onSubmit, error, ...frame }: MakingProps) {
  const { t } = useTranslation();
  const [task, setTask] = useState<Task>(given || 'classify');
  const [mapping, setMapping] = useState<MappingValues>(() => readMapping(before?.config));
  const look = useLookAtServer();
  const form = useForm<Values>({
    initialValues: {
      ...readRemote(before?.config),
      model: text(before?.config?.model),
      version: text(before?.config?.version),
    },
    validateInputOnBlur: true,
    validate: { ...remoteChecks(t), model: (value) => (value.trim() ? null : t('making.needs.model')) },
  });
  useServerErrors(form, error);
  const { base_url, model, version, credential } = form.values;
  const asked = { base_url: base_url.trim(), model: model.trim(), version: version.trim(), credential };
  const read = () => look.mutate(asked, { onSuccess: (found) => setMapping((now) => fitting(found, task, now)) });
  const check = () => look.mutate({ ...asked, mapped: writeMapping(mapping, task) });
  useReadAgain(before !== null, read);
  const submit = form.onSubmit((values) => {
    const { model: name, version: number, ...remote } = values;
    const config = {
      ...writeRemote(remote),
      model: name.trim(),
      ...(number.trim() ? { version: number.trim() } : {}),
      ...writeMapping(mapping, task),
    };
    onSubmit({ task, version: { runtime: 'inference', config } });
  });
  const mayAsk = isAddress(base_url) && model.trim() !== '';
  return (
    <MakingForm {...frame} error={error} onSubmit={submit}>
      {given === undefined && <TaskChoice tasks={TASKS} value={task} onChange={setTask} />}
      <AddressFields form={form} hint={t('making.server.address')} placeholder="https://models.example.com" />
      <TextInput
        label={t('making.language.model')}
        description={t('making.server.modelHint')}
        withAsterisk={false}
        required
        {...form.getInputProps('model')}
      />
      <div>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          disabled={!mayAsk}
          loading={look.isPending}
          onClick={mapping.inputs.length > 0 && look.data ? check : read}
        >
          {t(mapping.inputs.length > 0 && look.data ? 'making.server.check' : 'making.server.read')}
        </Button>
      </div>
      <ProblemAlert error={look.error} />
      {look.data && <MappingFields slots={look.data} task={task} value={mapping} onChange={setMapping} />}
      {look.data && !look.isPending && <Told look={look.data} checked={look.variables?.mapped !== undefined} />}
      <More>
        <TextInput
          label={t('making.server.version')}
          description={t('making.server.versionHint')}
          {...form.getInputProps('version')}
        />
        <LimitFields form={form} task={task} tokens={false} />
      </More>
    </MakingForm>
  );
}

/** A version that is made after another one begins with what the server says today. */
function useReadAgain(known: boolean, read: () => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the form opens
  useEffect(() => {
    if (known) read();
  }, []);
}

/** What the server said to the settings as they stand. */
function Told({ look, checked }: { look: Look; checked: boolean }) {
  const { t } = useTranslation();
  if (!checked) return null;
  if (look.problems.length === 0) {
    return (
      <Alert color="green" role="status" icon={<IconCheck size={18} aria-hidden />}>
        {t('making.server.fits')}
      </Alert>
    );
  }
  return (
    <Alert
      color="orange"
      role="alert"
      title={t('making.server.unfit')}
      icon={<IconAlertTriangle size={18} aria-hidden />}
    >
      <ul className={classes.problems}>
        {look.problems.map((problem) => (
          <li key={problem}>{sentence(problem) ?? problem}</li>
        ))}
      </ul>
    </Alert>
  );
}
