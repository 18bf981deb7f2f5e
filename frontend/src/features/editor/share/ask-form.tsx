import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAskForAccess } from '@/api/sharing';
import type { Level } from '@/api/types';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './share.module.css';

interface AskFormProps {
  workflow: string;
  level: Level;
  note: string;
  submit: string;
  /** What is said once it is on its way. */
  sent: string;
}

/** Asks the owner; whether there is one is not told. */
export function AskForm({ workflow, level, note, submit, sent }: AskFormProps) {
  const { t } = useTranslation();
  const ask = useAskForAccess(workflow);
  const [text, setText] = useState('');
  if (ask.isSuccess) return <p role="status">{sent}</p>;
  return (
    <form
      className={classes.ask}
      aria-label={t('sharing.noAccess.ask')}
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate({ level, note: text.trim() });
      }}
    >
      <ProblemAlert error={ask.error} />
      <Textarea
        label={note}
        autosize
        minRows={2}
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" loading={ask.isPending}>
        {submit}
      </Button>
    </form>
  );
}
