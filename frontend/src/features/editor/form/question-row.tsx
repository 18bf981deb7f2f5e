import { ActionIcon, Collapse, Select, Switch, TagsInput, TextInput, UnstyledButton } from '@mantine/core';
import {
  IconBraces,
  IconCalendar,
  IconChevronDown,
  IconFile,
  IconGripVertical,
  IconHash,
  IconLetterT,
  IconList,
  IconToggleLeft,
  IconX,
} from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/core/graph/formulas';
import type { Question } from '@/ui/question-input';
import { problemLine } from '@/ui/told';
import { useForm } from './form-context';
import classes from './questions.module.css';

export const ICONS: Record<Question['type'], typeof IconHash> = {
  text: IconLetterT,
  number: IconHash,
  date: IconCalendar,
  data: IconBraces,
  choice: IconList,
  file: IconFile,
  switch: IconToggleLeft,
};

interface QuestionRowProps {
  question: Partial<Question>;
  place: { index: number; count: number; path: Path };
  types: Question['type'][];
  opened: boolean;
  dragged: boolean;
  onOpen(): void;
  onChange(part: Partial<Question>): void;
  onRemove(): void;
  onMove(by: number): void;
  onDrag(index: number | null): void;
  onDropHere(): void;
}

export function QuestionRow({
  question,
  place,
  types,
  opened,
  dragged,
  onOpen,
  onChange,
  onRemove,
  onMove,
  onDrag,
  onDropHere,
}: QuestionRowProps) {
  const { t } = useTranslation();
  const { readOnly, problemsAt } = useForm();
  const type = question.type ?? 'text';
  const Icon = ICONS[type];
  const name = question.label || t('editor.questions.untitled');
  const errorAt = (field: string) =>
    problemsAt([...place.path, field])
      .map(problemLine)
      .join(' ') || undefined;
  const wrong = ['label', 'key', 'choices'].some((field) => errorAt(field));
  const byKey = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onMove(by);
  };
  return (
    <li
      className={classes.row}
      data-dragged={dragged || undefined}
      data-wrong={wrong || undefined}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDropHere}
    >
      <div className={classes.head}>
        {!readOnly && (
          <button
            type="button"
            draggable
            className={classes.grip}
            aria-label={t('editor.questions.move', { name, at: place.index + 1, count: place.count })}
            onKeyDown={byKey}
            onDragStart={() => onDrag(place.index)}
            onDragEnd={() => onDrag(null)}
          >
            <IconGripVertical size={16} aria-hidden />
          </button>
        )}
        <UnstyledButton
          className={classes.name}
          aria-expanded={opened}
          aria-label={t('editor.questions.open', { name })}
          onClick={onOpen}
        >
          <Icon size={16} aria-hidden />
          <span className={classes.words}>{name}</span>
          {question.required && <small>{t('editor.questions.requiredShort')}</small>}
          <IconChevronDown size={14} aria-hidden data-opened={opened || undefined} />
        </UnstyledButton>
        {!readOnly && (
          <ActionIcon size="sm" aria-label={t('editor.questions.remove', { name })} onClick={onRemove}>
            <IconX size={14} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <Collapse expanded={opened}>
        <div className={classes.body}>
          <TextInput
            label={t('editor.questions.label')}
            required
            disabled={readOnly}
            autoFocus={opened && !question.label}
            value={question.label ?? ''}
            error={errorAt('label')}
            onChange={(event) => onChange({ label: event.currentTarget.value })}
          />
          <Select
            label={t('editor.questions.kind')}
            allowDeselect={false}
            disabled={readOnly}
            data={types.map((one) => ({ value: one, label: t(`editor.questions.type.${one}`) }))}
            value={type}
            onChange={(next) => next && onChange({ type: next as Question['type'] })}
          />
          {type === 'choice' && (
            <TagsInput
              label={t('editor.questions.choices')}
              description={t('editor.questions.choicesHelp')}
              disabled={readOnly}
              value={question.choices ?? []}
              error={errorAt('choices')}
              onChange={(choices) => onChange({ choices })}
            />
          )}
          <TextInput
            label={t('editor.questions.help')}
            disabled={readOnly}
            value={question.help ?? ''}
            onChange={(event) => onChange({ help: event.currentTarget.value })}
          />
          <Switch
            label={t('editor.questions.required')}
            disabled={readOnly}
            checked={question.required ?? false}
            onChange={(event) => onChange({ required: event.currentTarget.checked })}
          />
          <TextInput
            label={t('editor.questions.key')}
            description={t('editor.questions.keyHelp')}
            disabled={readOnly}
            value={question.key ?? ''}
            error={errorAt('key')}
            onChange={(event) => onChange({ key: event.currentTarget.value })}
          />
        </div>
      </Collapse>
    </li>
  );
}
