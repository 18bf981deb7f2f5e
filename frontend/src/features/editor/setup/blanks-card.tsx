import { Button, NumberInput, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFilled, placeholderLabel, type SetupCard, type Slot } from '@/core/graph/setup';
import { graphOf, useEditor, useEditorActions } from '../editor-store';
import classes from './setup.module.css';
import type { Setup } from './use-setup';

/** The settings of one step that were left open. They are taken when the person is done, not while they type. */
export function BlanksCard({ card, setup }: { card: SetupCard; setup: Setup }) {
  const { t } = useTranslation();
  const graph = useEditor(graphOf);
  const { openStep } = useEditorActions();
  const [values, setValues] = useState<Record<string, string | number>>({});
  const [lacking, setLacking] = useState(false);
  const open = card.slots.filter((slot) => !isFilled(graph, slot));
  const inputs = open.filter((slot) => slot.input !== 'other');
  const idOf = (slot: Slot) => slot.path.join('.');
  const given = (slot: Slot) => {
    const value = values[idOf(slot)];
    return value !== undefined && String(value).trim() !== '' && placeholderLabel(value) === null;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLacking(!inputs.every(given));
    for (const slot of inputs) if (given(slot)) setup.fill(slot, values[idOf(slot)]);
  };
  const field = (slot: Slot) => ({
    label: slot.label,
    error: lacking && !given(slot) ? t('setup.needed') : undefined,
    onChange: (value: string | number) => setValues((before) => ({ ...before, [idOf(slot)]: value })),
  });
  return (
    <form className={classes.body} onSubmit={submit} noValidate>
      {open.map((slot) => {
        const { onChange, ...shown } = field(slot);
        const id = idOf(slot);
        if (slot.input === 'number') return <NumberInput key={id} {...shown} onChange={onChange} />;
        if (slot.input === 'text' || slot.input === 'area') {
          const Field = slot.input === 'area' ? Textarea : TextInput;
          return <Field key={id} {...shown} onChange={(event) => onChange(event.currentTarget.value)} />;
        }
        return (
          <Button key={id} variant="default" onClick={() => openStep(slot.step, `config.${id}`)}>
            {t('setup.open', { what: slot.label })}
          </Button>
        );
      })}
      {inputs.length > 0 && <Button type="submit">{t('setup.done')}</Button>}
    </form>
  );
}
