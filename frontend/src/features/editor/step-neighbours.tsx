import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { nameOf } from '@/core/graph/document';
import { readingOrder } from '@/core/graph/order';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';

const WAYS = [
  { by: -1, words: 'previous', Icon: IconChevronLeft },
  { by: 1, words: 'next', Icon: IconChevronRight },
] as const;

/** To the step before and after, in reading order, without leaving the panel. */
export function StepNeighbours({ step }: { step: string }) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const { openStep } = useEditorActions();
  const order = readingOrder(useEditor(graphOf));
  const at = order.findIndex((one) => one.key === step);
  return (
    <ActionIcon.Group>
      {WAYS.map(({ by, words, Icon }) => {
        const to = order[at + by];
        const label = to ? t(`editor.panel.${words}`, { name: nameOf(to, nodeTypes) }) : t(`editor.panel.${words}None`);
        return (
          <Tooltip key={words} label={label}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={label}
              data-disabled={to === undefined || undefined}
              aria-disabled={to === undefined}
              onClick={() => to && openStep(to.key)}
            >
              <Icon size={17} />
            </ActionIcon>
          </Tooltip>
        );
      })}
    </ActionIcon.Group>
  );
}
