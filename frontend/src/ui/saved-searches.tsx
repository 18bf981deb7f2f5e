import { Button, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBookmark, IconBookmarkPlus, IconCheck, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './saved-searches.module.css';
import { toast } from './toasts';
import { told } from './told';

type Query = Record<string, string | number | boolean>;

interface Kept {
  id: string;
  name: string;
  query: Query;
}

interface SavedSearchesProps {
  searches: {
    kept: Kept[];
    keep: (name: string, query: Query) => Promise<unknown>;
    forget: (id: string) => Promise<unknown>;
  };
  /** What the address of the list says now. */
  current: Record<string, string | number | boolean | undefined>;
  onApply: (query: Query) => void;
}

/** The searches a person keeps for a list: opened by their name, kept under one, forgotten. */
export function SavedSearches({ searches, current, onApply }: SavedSearchesProps) {
  const { t } = useTranslation();
  const [naming, { open, close }] = useDisclosure(false);
  const now = filled(current);
  const applied = searches.kept.find((one) => same(one.query, now));
  const forget = ({ id, name }: Kept) =>
    searches.forget(id).then(
      () => toast.done(t('ui.searches.forgotten', { name })),
      (error) => toast.failed(error),
    );
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
            {applied ? applied.name : t('ui.searches.button')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {searches.kept.length === 0 && <Menu.Label>{t('ui.searches.none')}</Menu.Label>}
          {searches.kept.map((one) => (
            <div key={one.id} className={classes.row}>
              <Menu.Item
                className={classes.name}
                leftSection={<IconCheck size={16} aria-hidden className={classes.tick} data-on={one === applied} />}
                aria-current={one === applied || undefined}
                onClick={() => onApply(one.query)}
              >
                {one.name}
              </Menu.Item>
              <Menu.Item
                className={classes.forget}
                aria-label={t('ui.searches.forget', { name: one.name })}
                onClick={() => void forget(one)}
              >
                <IconTrash size={16} aria-hidden />
              </Menu.Item>
            </div>
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconBookmarkPlus size={16} aria-hidden />}
            disabled={Object.keys(now).length === 0}
            aria-description={Object.keys(now).length === 0 ? t('ui.searches.nothing') : undefined}
            onClick={open}
          >
            {t('ui.searches.keep')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {naming && <NameSearch taken={searches.kept} onKeep={(name) => searches.keep(name, now)} onClose={close} />}
    </>
  );
}

interface NameSearchProps {
  taken: Kept[];
  onKeep: (name: string) => Promise<unknown>;
  onClose: () => void;
}

function NameSearch({ taken, onKeep, onClose }: NameSearchProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const wanted = name.trim();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!wanted) return setError(t('ui.searches.needsName'));
    setBusy(true);
    try {
      await onKeep(wanted);
      toast.done(t('ui.searches.kept', { name: wanted }));
      onClose();
    } catch (problem) {
      setError(told(problem));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t('ui.searches.keep')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <TextInput
            label={t('ui.searches.name')}
            description={
              taken.some((one) => one.name === wanted) ? t('ui.searches.replaces') : t('ui.searches.nameHelp')
            }
            maxLength={100}
            data-autofocus
            value={name}
            error={error}
            onChange={(event) => {
              setName(event.currentTarget.value);
              setError(null);
            }}
          />
          <Button type="submit" loading={busy} ml="auto">
            {t('ui.searches.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

function filled(query: SavedSearchesProps['current']): Query {
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function same(one: Query, other: Query): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
