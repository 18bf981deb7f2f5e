import { Button, CloseButton, Progress, Title } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleDashed, IconListCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf, nodeByKey } from '@/core/graph/document';
import type { SetupCard } from '@/core/graph/setup';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from '../editor-store';
import { AccountCard } from './account-card';
import { BlanksCard } from './blanks-card';
import classes from './setup.module.css';
import type { Setup } from './use-setup';

/** The cards of a workflow that is being set up, in run order; they close by themselves once everything is there. */
export function SetupPanel({ setup }: { setup: Setup }) {
  const { t } = useTranslation();
  const { say } = useEditorActions();
  const [away, setAway] = useState(false);
  const { cards, left, done } = setup;
  const [first] = cards.filter((card) => !done(card));
  const [chosen, setChosen] = useState<string | null>(null);
  const [started] = useState(left);
  useEffect(() => {
    if (started > 0) say(left === 0 ? t('setup.ready') : t('setup.left', { count: left }));
  }, [left, started, say, t]);
  if (!first) return null;
  if (away) {
    return (
      <Button
        className={classes.back}
        variant="default"
        leftSection={<IconListCheck size={16} aria-hidden />}
        onClick={() => setAway(false)}
      >
        {t('setup.again', { count: left })}
      </Button>
    );
  }
  const open = cards.find((card) => card.id === chosen && !done(card)) ?? first;
  return (
    <section className={classes.panel} aria-label={t('setup.title')}>
      <div className={classes.head}>
        <div>
          <Title order={2} size="h4">
            {t('setup.title')}
          </Title>
          <p>{t('setup.count', { number: cards.indexOf(open) + 1, total: cards.length })}</p>
        </div>
        <CloseButton aria-label={t('setup.later')} title={t('setup.later')} onClick={() => setAway(true)} />
      </div>
      <Progress
        value={((cards.length - left) / cards.length) * 100}
        size="xs"
        aria-label={t('setup.progress', { done: cards.length - left, total: cards.length })}
      />
      <ol className={classes.cards}>
        {cards.map((card) => (
          <li key={card.id} data-done={done(card) || undefined} data-open={card === open || undefined}>
            <CardHead card={card} done={done(card)} open={card === open} onOpen={() => setChosen(card.id)} />
            {card === open &&
              (card.kind === 'account' ? (
                <AccountCard card={card} setup={setup} />
              ) : (
                <BlanksCard key={card.id} card={card} setup={setup} />
              ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface CardHeadProps {
  card: SetupCard;
  done: boolean;
  open: boolean;
  onOpen(): void;
}

function CardHead({ card, done, open, onOpen }: CardHeadProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const { select } = useEditorActions();
  const node = nodeByKey(useEditor(graphOf), card.step);
  const step = node ? nameOf(node, nodeTypes) : card.step;
  const title =
    card.kind === 'account'
      ? t('setup.account', { name: card.slots[0]?.label ?? '' })
      : t('setup.blanks', { what: card.slots.map((slot) => slot.label).join(', ') });
  const Icon = done ? IconCircleCheckFilled : IconCircleDashed;
  return (
    <button
      type="button"
      className={classes.cardHead}
      aria-expanded={open}
      disabled={done}
      onClick={() => {
        onOpen();
        select([card.step]);
      }}
    >
      <Icon size={18} aria-hidden />
      <span>
        <strong>{title}</strong>
        <span>{step}</span>
      </span>
      <span className={classes.hidden}>{t(done ? 'setup.isDone' : 'setup.isOpen')}</span>
    </button>
  );
}
