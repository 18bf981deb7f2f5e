import { ActionIcon, type ComboboxItem, Select, TextInput, Tooltip } from '@mantine/core';
import { IconHash, IconList, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { described } from './described';
import classes from './form.module.css';

export interface LiveChoiceProps {
  id: string;
  label: string;
  value: string | null;
  choices: ComboboxItem[];
  /** What is chosen is not among the choices, as where others may not see it. */
  unknown: string;
  placeholder: string;
  nothingFound: string;
  clearable: boolean;
  disabled: boolean;
  loading: boolean;
  renderOption?: (item: ComboboxItem) => ReactNode;
  onRefresh(): void;
  onChange(value: string | null): void;
}

/** A choice from what there is right now: searched, read anew, or given by its id where the list does not have it. */
export function LiveChoice(props: LiveChoiceProps) {
  const { id, label, value, choices, unknown, disabled, loading, renderOption, onRefresh, onChange } = props;
  const { t } = useTranslation();
  const [byId, setById] = useState(false);
  const all =
    value !== null && value !== '' && !choices.some((one) => one.value === value)
      ? [...choices, { value, label: unknown }]
      : choices;
  return (
    <div className={classes.choice}>
      {byId ? (
        <TextInput
          id={id}
          disabled={disabled}
          {...described(id)}
          placeholder={t('editor.choice.id')}
          value={value ?? ''}
          onChange={(event) => onChange(event.currentTarget.value.trim() || null)}
        />
      ) : (
        <Select
          id={id}
          disabled={disabled}
          {...described(id)}
          searchable
          clearable={props.clearable}
          data={all}
          value={value}
          placeholder={loading ? t('editor.form.loading') : props.placeholder}
          nothingFoundMessage={props.nothingFound}
          {...(renderOption ? { renderOption: ({ option }) => renderOption(option) } : {})}
          onChange={onChange}
        />
      )}
      {!disabled && (
        <>
          {!byId && (
            <Tooltip label={t('editor.choice.refresh')}>
              <ActionIcon
                size={36}
                variant="default"
                loading={loading}
                aria-label={t('editor.choice.refreshOf', { label })}
                onClick={onRefresh}
              >
                <IconRefresh size={16} />
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label={t(byId ? 'editor.choice.fromList' : 'editor.choice.byId')}>
            <ActionIcon
              size={36}
              variant="default"
              aria-label={t(byId ? 'editor.choice.fromListOf' : 'editor.choice.byIdOf', { label })}
              onClick={() => setById(!byId)}
            >
              {byId ? <IconList size={16} /> : <IconHash size={16} />}
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </div>
  );
}
