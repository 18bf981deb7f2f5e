import { ActionIcon, Popover } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Source } from '@/core/graph/mapping';
import { ValueTree } from '../value-tree';
import classes from './form.module.css';
import { useForm } from './form-context';

export interface InsertFieldProps {
  label: string;
  onPick(source: Source): void;
}

/** The way to use a value of an earlier step without dragging it. */
export function InsertField({ label, onPick }: InsertFieldProps) {
  const { t } = useTranslation();
  const { names, values } = useForm();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={340}
      trapFocus
      returnFocus
      shadow="md"
      withinPortal
    >
      <Popover.Target>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          className={classes.insert}
          aria-label={t('editor.form.insertInto', { label })}
          title={t('editor.form.insert')}
          aria-haspopup="dialog"
          // The place in the text stays where it is.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => setOpen(!open)}
        >
          <IconPlus size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={classes.picker} aria-label={t('editor.form.insertInto', { label })}>
        <ValueTree
          names={names}
          values={values}
          onPick={(source) => {
            setOpen(false);
            onPick(source);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
