import { Button, CloseButton, Group, Progress, Radio, Stack, Text, Title } from '@mantine/core';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreference } from '@/api/preferences';
import { useTemplates } from '@/api/templates';
import { useCreateWorkflow } from '@/api/workflows';
import { happenings } from '@/core/happenings';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './tour.module.css';

/** Use cases that run at once and need nobody. */
const SUGGESTED = ['supply_chain_reorder', 'customer_reply', 'financial_crime_alerts'];
const STEPS = ['pick', 'see', 'run', 'done'] as const;
const LAST = STEPS.length - 1;

/** The first workflow, guided: pick a use case, see it, run it, done. How far somebody got is theirs to come back to. */
export default function Tour() {
  const [tour] = usePreference('tour');
  return tour && !tour.ended ? <TourCard step={Math.min(tour.step, LAST)} /> : null;
}

function TourCard({ step }: { step: number }) {
  const { t } = useTranslation();
  const [, remember] = usePreference('tour');
  const navigate = useNavigate();
  const inEditor = useRouterState({ select: (state) => /^\/workflows\/[^/]+$/.test(state.location.pathname) });
  const suggestions = useSuggestions();
  const create = useCreateWorkflow();
  const [picked, setPicked] = useState<string | null>(null);
  const [ran, setRan] = useState(false);
  const card = useRef<HTMLElement>(null);
  const name = STEPS[step] ?? 'done';
  const go = (next: number) => remember({ step: next, ended: false });
  const end = () => remember({ step, ended: true });

  useEffect(() => happenings.listen((one) => one === 'run.settled' && setRan(true)), []);
  useEffect(() => {
    if (name === 'run' && ran) remember({ step: LAST, ended: false });
  }, [name, ran, remember]);
  // Reading aloud goes on with what is new.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the step.
  useEffect(() => card.current?.focus(), [step]);

  const chosen = suggestions.find((one) => one.key === picked) ?? suggestions[0];
  const begin = () =>
    chosen &&
    create.mutate(
      { name: chosen.name, template: chosen.key },
      {
        onSuccess: async ({ id }) => {
          await navigate({ to: '/workflows/$id', params: { id } });
          go(1);
        },
      },
    );
  const why = name === 'run' && !ran ? t('tour.run.why') : name !== 'pick' || chosen ? null : t('tour.pick.why');
  const next = name === 'pick' ? begin : () => go(step + 1);
  return (
    <section ref={card} tabIndex={-1} className={classes.card} aria-label={t('tour.title')}>
      <div className={classes.head}>
        <Text size="xs" c="dimmed">
          {t('tour.count', { number: step + 1, total: STEPS.length })}
        </Text>
        <CloseButton size="sm" aria-label={t('tour.skip')} title={t('tour.skip')} onClick={end} />
      </div>
      <Progress value={((step + 1) / STEPS.length) * 100} size="xs" aria-label={t('tour.title')} />
      <Title order={2} size="h4">
        {t(`tour.${name}.title`)}
      </Title>
      <Text size="sm">{t(`tour.${name}.text`)}</Text>
      {name === 'pick' && (
        <Radio.Group aria-label={t('tour.pick.title')} value={chosen?.key ?? ''} onChange={setPicked}>
          <Stack gap="xs">
            {suggestions.map((one) => (
              <Radio key={one.key} value={one.key} label={one.name} description={one.description} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {name !== 'pick' && name !== 'done' && !inEditor && <Text size="sm">{t('tour.back')}</Text>}
      <ProblemAlert error={create.error} />
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Button variant="subtle" color="gray" size="sm" onClick={end}>
          {t('tour.skip')}
        </Button>
        <Group gap="xs" wrap="nowrap">
          {step > 0 && (
            <Button variant="default" size="sm" onClick={() => go(step - 1)}>
              {t('tour.previous')}
            </Button>
          )}
          {name === 'done' ? (
            <Button size="sm" onClick={end}>
              {t('tour.finish')}
            </Button>
          ) : (
            <Button
              size="sm"
              loading={create.isPending}
              aria-disabled={why !== null || undefined}
              data-disabled={why !== null || undefined}
              aria-describedby={why === null ? undefined : 'tour-why'}
              onClick={why === null ? next : undefined}
            >
              {t('tour.next')}
              {why !== null && (
                <span id="tour-why" hidden>
                  {why}
                </span>
              )}
            </Button>
          )}
        </Group>
      </Group>
    </section>
  );
}

function useSuggestions() {
  const templates = useTemplates().data ?? [];
  return SUGGESTED.flatMap((key) => templates.find((one) => one.key === key) ?? []);
}
