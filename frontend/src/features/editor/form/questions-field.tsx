import { Button, Menu, VisuallyHidden } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { propertiesOf } from '@/core/graph/schema';
import type { Question } from '@/ui/question-input';
import { itemsOf } from './field-kind';
import { useForm } from './form-context';
import { ICONS, QuestionRow } from './question-row';
import classes from './questions.module.css';

type Draft = Partial<Question>;

let made = 0;
const newId = () => {
  made += 1;
  return made;
};

/** The questions of a form: added by their kind, put in order by hand or by the arrow keys, opened one at a time. */
export function QuestionsField({ formData, onChange, fieldPathId, schema }: FieldProps) {
  const { t } = useTranslation();
  const { readOnly, focusField } = useForm();
  const path = fieldPathId.path;
  const list = (formData ?? []) as Draft[];
  const ids = useRef<number[]>([]);
  // Undo and the others' changes come from outside: rows without a number of their own get one.
  while (ids.current.length < list.length) ids.current.push(newId());
  ids.current.length = list.length;
  const [open, setOpen] = useState<number | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const types = typesOf(schema as Record<string, unknown>);

  useEffect(() => {
    const [field, index] = (focusField ?? '').split('.');
    if (field === String(path[0]) && index !== undefined) setOpen(ids.current[Number(index)] ?? null);
  }, [focusField, path]);

  const write = (next: Draft[]) => onChange(next, path);
  const nameOf = (one: Draft) => one.label || t('editor.questions.untitled');
  const move = (from: number, to: number) => {
    const moving = list[from];
    if (!moving || from === to || to < 0 || to >= list.length) return;
    const [id] = ids.current.splice(from, 1);
    ids.current.splice(to, 0, id as number);
    write(list.toSpliced(from, 1).toSpliced(to, 0, moving));
    setSaid(t('editor.questions.moved', { name: nameOf(moving), at: to + 1, count: list.length }));
  };
  const add = (type: Question['type']) => {
    const id = newId();
    ids.current.push(id);
    write([...list, { label: '', type }]);
    setOpen(id);
  };
  const remove = (index: number) => {
    ids.current.splice(index, 1);
    write(list.toSpliced(index, 1));
  };
  return (
    <div id={fieldPathId.$id} className={classes.questions}>
      {list.length > 0 && (
        <ol className={classes.list} aria-label={t('editor.questions.title')}>
          {list.map((question, index) => {
            const id = ids.current[index] as number;
            return (
              <QuestionRow
                key={id}
                question={question}
                place={{ index, count: list.length, path: [...path, index] }}
                types={types}
                opened={open === id}
                dragged={dragged === index}
                onOpen={() => setOpen(open === id ? null : id)}
                onChange={(part) => write(list.toSpliced(index, 1, { ...question, ...part }))}
                onRemove={() => remove(index)}
                onMove={(by) => move(index, index + by)}
                onDrag={setDragged}
                onDropHere={() => {
                  if (dragged !== null) move(dragged, index);
                  setDragged(null);
                }}
              />
            );
          })}
        </ol>
      )}
      {!readOnly && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              w="fit-content"
            >
              {t('editor.questions.add')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {types.map((type) => {
              const Icon = ICONS[type];
              return (
                <Menu.Item key={type} leftSection={<Icon size={16} aria-hidden />} onClick={() => add(type)}>
                  {t(`editor.questions.type.${type}`)}
                </Menu.Item>
              );
            })}
          </Menu.Dropdown>
        </Menu>
      )}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </div>
  );
}

function typesOf(schema: Record<string, unknown>): Question['type'][] {
  const type = propertiesOf(itemsOf(schema)).find(([name]) => name === 'type')?.[1];
  return (type?.enum ?? ['text']) as Question['type'][];
}
