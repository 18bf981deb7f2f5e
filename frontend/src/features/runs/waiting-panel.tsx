import { Group, Text } from '@mantine/core';
import { IconClock, IconPlayerPause, IconUser } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/types';
import { ended, type RunStep, type StepWait } from '@/core/run/model';
import { dueTime } from '@/core/time';
import { ButtonLink, TextLink } from '@/ui/button-link';
import { scopeWords } from '@/ui/scope-words';
import { TimeAgo } from '@/ui/time-ago';
import classes from './run.module.css';

/** How many waits are told one by one. */
const TOLD = 8;
/** What is due sooner needs no clock time. */
const NEAR_MS = 600_000;

interface WaitingPanelProps {
  run: Run;
  nameOf: (node: string) => string;
}

/** For whom or what a run waits, and until when. */
export function WaitingPanel({ run, nameOf }: WaitingPanelProps) {
  const { t } = useTranslation();
  if (ended(run.status)) return null;
  const waiting = run.steps.filter((step) => step.status === 'needs_person' || step.status === 'waiting');
  const paused = run.status === 'paused';
  if (waiting.length === 0 && !paused) return null;
  const person = !paused && waiting.some((step) => step.status === 'needs_person');
  const Icon = paused ? IconPlayerPause : person ? IconUser : IconClock;
  return (
    <section className={classes.waiting} data-quiet={!person || undefined} aria-label={t('runs.waiting.label')}>
      <Icon size={22} aria-hidden className={classes.waitingIcon} />
      <div className={classes.words}>
        <Text fw={600} role="status">
          {paused ? t('runs.hold.title') : t(person ? 'runs.waiting.title' : 'runs.waiting.other')}
        </Text>
        {paused && (
          <Text>
            {run.waiting_for ? `${run.waiting_for}. ` : ''}
            {t('runs.hold.text')}
          </Text>
        )}
        {waiting.slice(0, TOLD).map((step) => (
          <Group key={step.step} gap="sm">
            <Text>
              {run.steps.some((one) => one !== step && one.node === step.node) && step.scope
                ? `${scopeWords(t, step.scope)}: `
                : ''}
              <WaitWords step={step} name={nameOf(step.node)} fallback={run.waiting_for} />
            </Text>
            {step.wait?.task && (
              <ButtonLink to="/tasks/$id" params={{ id: step.wait.task }} size="compact-sm" variant="default">
                {t('runs.waiting.open')}
              </ButtonLink>
            )}
          </Group>
        ))}
        {waiting.length > TOLD && <Text c="dimmed">{t('runs.waiting.more', { count: waiting.length - TOLD })}</Text>}
      </div>
    </section>
  );
}

interface WaitWordsProps {
  step: RunStep;
  name: string;
  fallback?: string | null;
}

/** The reason of one wait in words, with its time. */
export function WaitWords({ step, name, fallback = null }: WaitWordsProps) {
  const { t } = useTranslation();
  if (step.retry_at) return <Timed words={t('runs.waiting.retry', { step: name })} at={step.retry_at} />;
  const { wait } = step;
  if (!wait) return <>{t('runs.waiting.plain', { step: name })}</>;
  const due = wait.due_at ?? null;
  const kinds: Record<string, () => ReactNode> = {
    person: () => wait.title ?? fallback,
    delay: () => <Timed words={t('runs.waiting.delay', { step: name })} at={wait.until ?? null} />,
    call: () => <Due words={t('runs.waiting.call', { step: name })} at={due} />,
    message: () => <Due words={messageWords(t, wait)} at={due} />,
    child: () => (
      <>
        {t('runs.waiting.child', { step: name })}{' '}
        {wait.run && (
          <TextLink to="/runs/$id" params={{ id: wait.run }} search={{}} underline="always">
            {wait.title || t('runs.one')}
          </TextLink>
        )}
      </>
    ),
  };
  return <>{kinds[wait.kind]?.() ?? t('runs.waiting.plain', { step: name })}</>;
}

function messageWords(t: TFunction, wait: StepWait): string {
  const parts = { name: wait.name ?? '', about: wait.correlation ?? '' };
  return wait.correlation ? t('runs.waiting.messageAbout', parts) : t('runs.waiting.message', parts);
}

function Timed({ words, at }: { words: string; at: string | null }) {
  return (
    <>
      {words} {at && <When at={at} />}
    </>
  );
}

/** When something is due, by the reader's clock; what is near is told by how far it is. */
function When({ at }: { at: string }) {
  const date = new Date(at);
  const far = date.getTime() - Date.now() > NEAR_MS;
  return (
    <>
      <TimeAgo at={at} />
      {far && `, ${dueTime(date)}`}
    </>
  );
}

function Due({ words, at }: { words: string; at: string | null }) {
  const { t } = useTranslation();
  return (
    <>
      {words}
      {at && (
        <>
          {', '}
          {t('runs.waiting.until')} <When at={at} />
        </>
      )}
    </>
  );
}
