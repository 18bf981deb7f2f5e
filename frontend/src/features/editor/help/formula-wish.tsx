import { ActionIcon, Button, Group, Popover, Text, Textarea } from '@mantine/core';
import { IconPlayerStop, IconSparkles } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isStopped, useAsk, useHelp } from '@/api/help';
import { ProblemAlert } from '@/ui/problem-alert';
import { useEditorWorld } from '../editor-store';
import { useForm } from '../form/form-context';
import classes from './help.module.css';

interface Written {
  formula: string;
  meaning: string;
}

interface FormulaWishProps {
  kind: 'expr' | 'text';
  onUse(formula: string): void;
}

/** A formula from words; offered only where a language model helps. */
export function FormulaWish({ kind, onUse }: FormulaWishProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  if (useHelp() === null) return null;
  return (
    <Popover opened={opened} onChange={setOpened} width={340} position="bottom-end" trapFocus returnFocus withArrow>
      <Popover.Target>
        <ActionIcon
          className={classes.wishButton}
          size={24}
          variant="subtle"
          color="gray"
          aria-label={t('help.formula.button')}
          title={t('help.formula.button')}
          onClick={() => setOpened((open) => !open)}
        >
          <IconSparkles size={14} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('help.formula.button')}>
        <Wish
          kind={kind}
          onUse={(formula) => {
            onUse(formula);
            setOpened(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Wish({ kind, onUse }: FormulaWishProps) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const { names, values } = useForm();
  const ask = useAsk();
  const [wish, setWish] = useState('');
  const [written, setWritten] = useState<Written | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const begin = async () => {
    const own = new AbortController();
    control.current = own;
    setBusy(true);
    setError(null);
    setWritten(null);
    try {
      // Of the values only their kinds are told to the model; it is tried here whether the formula works with them.
      const scope = Object.fromEntries(names.map(({ name }) => [name, values[name] ?? null]));
      const body = { wish: wish.trim(), kind, scope };
      setWritten(await ask<Written>(`workflows/${workflow}/formulas/ask`, body, () => undefined, own.signal));
    } catch (problem) {
      if (!isStopped(problem)) setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={classes.wish}>
      <Textarea
        label={t('help.formula.label')}
        description={t('help.formula.text')}
        data-autofocus
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2_000}
        readOnly={busy}
        value={wish}
        onChange={(event) => setWish(event.currentTarget.value)}
      />
      <ProblemAlert error={error} />
      <div aria-live="polite">
        {written && (
          <>
            <div className={classes.formula}>{written.formula}</div>
            <Text size="sm" mt={6}>
              {written.meaning}
            </Text>
          </>
        )}
      </div>
      <Group gap="xs" justify="flex-end">
        {busy ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerStop size={14} aria-hidden />}
            onClick={() => control.current?.abort()}
          >
            {t('help.build.stop')}
          </Button>
        ) : (
          <Button
            size="xs"
            variant={written ? 'default' : 'filled'}
            disabled={wish.trim() === ''}
            onClick={() => void begin()}
          >
            {t(written ? 'help.formula.again' : 'help.formula.write')}
          </Button>
        )}
        {written && (
          <Button size="xs" onClick={() => onUse(written.formula)}>
            {t('help.formula.use')}
          </Button>
        )}
      </Group>
    </div>
  );
}
