import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workflow } from '@/api/types';
import { nameOf, nodeByKey } from '@/core/graph/document';
import { fillSlots, isFilled, type SetupCard, type Slot, setupCards, setupSlots } from '@/core/graph/setup';
import { graphOf, useEditor, useEditorWorld } from '../editor-store';

export interface Setup {
  /** Empty for workflows that are not set up step by step. */
  cards: SetupCard[];
  done(card: SetupCard): boolean;
  /** How many cards wait. */
  left: number;
  /** What is missing, in words; null once everything is there. */
  missing: string | null;
  /** Puts the account into every place that asks for it. */
  connect(card: SetupCard, account: string): void;
  fill(slot: Slot, value: unknown): void;
}

const NAMED = 3;

/** What a workflow that came from a template or from elsewhere asked for when it was opened, and what is left of it. */
export function useSetup(workflow: Workflow): Setup {
  const { t } = useTranslation();
  const { store, nodeTypes, readOnly } = useEditorWorld();
  const graph = useEditor(graphOf);
  // Steps that people add themselves have the list of problems; these cards are for what somebody else left open.
  const [slots] = useState<Slot[]>(() => {
    const { problems } = store.getState();
    const guided = workflow.origin !== null || problems.some((problem) => problem.code === 'placeholder');
    return guided && !readOnly ? setupSlots(graph, nodeTypes, problems) : [];
  });
  const cards = useMemo(() => setupCards(slots), [slots]);
  const done = (card: SetupCard) => card.slots.every((slot) => isFilled(graph, slot));
  const open = cards.filter((card) => !done(card));
  const change = (wanted: readonly Slot[], value: unknown) =>
    store.actions.edit({ label: 'settings' }, (draft) => fillSlots(draft, wanted, value));
  const stepName = (key: string) => {
    const node = nodeByKey(graph, key);
    return node ? nameOf(node, nodeTypes) : key;
  };
  const words = [
    ...new Set(
      open.flatMap((card) =>
        card.slots
          .filter((slot) => !isFilled(graph, slot))
          .map((slot) => (card.kind === 'account' ? slot.label : `${slot.label} (${stepName(card.step)})`)),
      ),
    ),
  ];
  const more = words.length - NAMED;
  const named = words.slice(0, NAMED).join(', ');
  return {
    cards,
    done,
    left: open.length,
    missing:
      words.length === 0
        ? null
        : more > 0
          ? t('setup.missingMore', { what: named, count: more })
          : t('setup.missing', { what: named }),
    connect: (card, account) => {
      const label = card.slots[0]?.label;
      change(
        slots.filter((slot) => slot.input === 'account' && slot.label === label),
        account,
      );
    },
    fill: (slot, value) => change([slot], value),
  };
}
