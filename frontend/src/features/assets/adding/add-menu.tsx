import { Button, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconApi,
  IconChevronDown,
  IconPlugConnected,
  IconPlus,
  IconRobot,
  IconRoute,
  IconTable,
  IconWorldUp,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ButtonLink, MenuLink } from '@/ui/button-link';
import { DataSetForm } from '../data-set-form';
import { KINDS, type Kind } from '../kinds';
import { WAYS } from './ways';

const FORMS = WAYS.map(({ key, kind, icon }) => ({ key, kind, icon, to: '/assets/add/$way' as const }));

/** What has a page of its own beside the forms. */
const PAGES = [
  { key: 'openapi', kind: 'tool', icon: IconApi, to: '/assets/add/openapi' },
  { key: 'mcp', kind: 'tool', icon: IconPlugConnected, to: '/assets/add/mcp' },
  { key: 'http', kind: 'tool', icon: IconWorldUp, to: '/assets/add/http-tool' },
  { key: 'workflow', kind: 'tool', icon: IconRoute, to: '/assets/add/workflow-tool' },
  { key: 'agent', kind: 'agent', icon: IconRobot, to: '/assets/add/agent' },
] as const;

/** Adds something: of one kind, or of any. */
export function AddMenu({ kind }: { kind: Kind | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [addingSet, { open: addSet, close }] = useDisclosure(false);
  const entries = [...FORMS, ...PAGES].filter((one) => kind === undefined || one.kind === kind);
  const [only] = entries;
  const set = (
    <DataSetForm
      opened={addingSet}
      onClose={close}
      onAdded={(id) => void navigate({ to: '/assets/$id', params: { id } })}
    />
  );
  if (!only) {
    return (
      <>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={addSet}>
          {t('making.way.data_set.add')}
        </Button>
        {set}
      </>
    );
  }
  if (entries.length === 1) {
    return (
      <ButtonLink {...addressOf(only)} leftSection={<IconPlus size={16} aria-hidden />}>
        {t(`making.way.${only.key}.add`)}
      </ButtonLink>
    );
  }
  return (
    <>
      <Menu position="bottom-end" width={330}>
        <Menu.Target>
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            rightSection={<IconChevronDown size={16} aria-hidden />}
          >
            {t('making.add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="min(70vh, 560px)" style={{ overflowY: 'auto' }}>
          {KINDS.filter((one) => entries.some((entry) => entry.kind === one)).map((one) => [
            kind === undefined && <Menu.Label key={one}>{t(`assets.kinds.${one}`)}</Menu.Label>,
            ...entries
              .filter((entry) => entry.kind === one)
              .map((entry) => (
                <MenuLink
                  key={entry.key}
                  {...addressOf(entry)}
                  leftSection={<entry.icon size={20} stroke={1.6} aria-hidden />}
                >
                  <Described way={entry.key} />
                </MenuLink>
              )),
          ])}
          {kind === undefined && (
            <>
              <Menu.Label>{t('assets.kinds.data_set')}</Menu.Label>
              <Menu.Item leftSection={<IconTable size={20} stroke={1.6} aria-hidden />} onClick={addSet}>
                <Described way="data_set" />
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {set}
    </>
  );
}

type Entry = (typeof FORMS)[number] | (typeof PAGES)[number];

function addressOf(entry: Entry) {
  return entry.to === '/assets/add/$way' ? { to: entry.to, params: { way: entry.key } } : { to: entry.to };
}

type WayKey = Entry['key'] | 'data_set';

function Described({ way }: { way: WayKey }) {
  const { t } = useTranslation();
  return (
    <>
      {t(`making.way.${way}.name`)}
      <Text size="xs" c="dimmed">
        {t(`making.way.${way}.text`)}
      </Text>
    </>
  );
}
