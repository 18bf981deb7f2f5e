import { Button, Text, Title, UnstyledButton } from '@mantine/core';
import { IconBolt, IconSparkles } from '@tabler/icons-react';
import { Fragment, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { logOf } from '@/core/run/log';
import { callsOf, ended, type Run, type RunCall } from '@/core/run/model';
import { type Bar, type CallBar, callBars, longest, timeline } from '@/core/run/timeline';
import { shortDuration } from '@/core/time';
import { stepShown, toneOf } from '@/core/words';
import classes from './run-log.module.css';
import { scopeWords } from './scope-words';
import { StepBadge } from './status-badge';
import { useNow } from './time-ago';

interface RunLogProps {
  run: Run;
  nameOf: (node: string) => string;
  chosen: number | null;
  onChoose: (step: number) => void;
  /** Inside of something that has a frame and a title already. */
  plain?: boolean;
}

const AT_ONCE = 60;

/** What ran, in order, with rounds and items under headings: how it ended, when, and for how long. */
export function RunLog({ run, nameOf, chosen, onChoose, plain = false }: RunLogProps) {
  const { t } = useTranslation();
  const title = useId();
  const now = useNow(500, !ended(run.status));
  const [shown, setShown] = useState(AT_ONCE);
  const lines = useMemo(() => logOf(run.steps), [run.steps]);
  const bars = useMemo(() => timeline(run, now), [run, now]);
  const byStep = useMemo(() => new Map(bars.map((bar) => [bar.step.step, bar])), [bars]);
  const inside = useMemo(() => callBars(run, now), [run, now]);
  const slow = useMemo(() => (ended(run.status) ? longest(bars) : null), [bars, run.status]);
  const body = useRef<HTMLTableSectionElement>(null);

  // The chosen entry is in the part that is shown, and in sight where the log scrolls by itself.
  const place = chosen === null ? -1 : lines.findIndex((line) => line.kind === 'step' && line.step.step === chosen);
  const enough = Math.max(shown, place >= shown ? place + 1 : 0);
  useEffect(() => {
    if (!plain || place < 0) return;
    body.current?.querySelector('[data-chosen]')?.scrollIntoView({ block: 'nearest' });
  }, [plain, place]);

  if (lines.length === 0) return null;
  return (
    <section className={classes.log} data-plain={plain || undefined} aria-labelledby={title}>
      <Title order={2} id={title} className={plain ? classes.barsHead : classes.title}>
        {t('runs.timeline.title')}
      </Title>
      <table className={classes.bars}>
        <colgroup>
          <col className={classes.nameColumn} />
          <col className={classes.statusColumn} />
          <col className={classes.whenColumn} />
          <col className={classes.tookColumn} />
        </colgroup>
        <thead className={classes.barsHead}>
          <tr>
            <th scope="col">{t('runs.timeline.step')}</th>
            <th scope="col">{t('runs.timeline.status')}</th>
            <th scope="col">{t('runs.timeline.when')}</th>
            <th scope="col">{t('runs.timeline.took')}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {lines.slice(0, enough).map((line) =>
            line.kind === 'heading' ? (
              <tr key={line.scope} data-depth={Math.min(line.depth, 3)}>
                <th scope="rowgroup" colSpan={4} className={classes.heading}>
                  {scopeWords(t, line.scope)}
                </th>
              </tr>
            ) : (
              <Fragment key={line.step.step}>
                <tr data-depth={Math.min(line.depth, 3)} data-chosen={line.step.step === chosen || undefined}>
                  <th scope="row" className={classes.name}>
                    <UnstyledButton
                      className={classes.barName}
                      aria-current={line.step.step === chosen || undefined}
                      onClick={() => onChoose(line.step.step)}
                    >
                      {nameOf(line.step.node)}
                      {line.step.attempt > 1 && (
                        <Text span size="xs" c="dimmed">
                          {' '}
                          {t('runs.panel.try', { number: line.step.attempt })}
                        </Text>
                      )}
                    </UnstyledButton>
                  </th>
                  <td className={classes.barStatus}>
                    <StepBadge status={line.step.status} quiet />
                  </td>
                  <Times bar={byStep.get(line.step.step)} slow={slow?.step === line.step.step} />
                </tr>
                <Calls calls={callsOf(run, line.step.step)} bars={inside} depth={line.depth} />
              </Fragment>
            ),
          )}
        </tbody>
      </table>
      {lines.length > enough && (
        <Button size="compact-sm" variant="default" m="sm" onClick={() => setShown(enough + AT_ONCE)}>
          {t('ui.value.more', { shown: enough, count: lines.length })}
        </Button>
      )}
    </section>
  );
}

const MOST_CALLS = 12;

/** What an agent did, under its step. */
function Calls({ calls, bars, depth }: { calls: readonly RunCall[]; bars: Map<number, CallBar>; depth: number }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? calls : calls.slice(0, MOST_CALLS);
  return (
    <>
      {shown.map((call) => {
        const Icon = call.kind === 'model' ? IconSparkles : IconBolt;
        const bar = bars.get(call.seq);
        return (
          <tr key={call.seq} className={classes.call} data-depth={Math.min(depth + 1, 3)}>
            <th scope="row" className={classes.name}>
              <span className={classes.callName}>
                <Icon size={13} aria-hidden />
                <span>{t(`runs.call.${call.kind}`, { name: call.name })}</span>
              </span>
            </th>
            <td className={classes.barStatus}>
              <StepBadge status={call.failed ? 'failed' : 'done'} quiet />
            </td>
            <td className={classes.barCell}>
              <div className={classes.track}>
                {bar && (
                  <div
                    className={classes.bar}
                    data-tone={call.failed ? 'failed' : 'done'}
                    style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
                  />
                )}
              </div>
            </td>
            <td className={classes.barTime}>{shortDuration(call.ms)}</td>
          </tr>
        );
      })}
      {calls.length > shown.length && (
        <tr className={classes.call}>
          <td colSpan={4}>
            <Button size="compact-xs" variant="subtle" color="gray" mx="lg" onClick={() => setAll(true)}>
              {t('runs.call.more', { count: calls.length - shown.length })}
            </Button>
          </td>
        </tr>
      )}
    </>
  );
}

function Times({ bar, slow }: { bar: Bar | undefined; slow: boolean }) {
  const { t } = useTranslation();
  if (!bar) {
    return (
      <>
        <td className={classes.barCell} />
        <td className={classes.barTime} />
      </>
    );
  }
  const { step, left, width, milliseconds } = bar;
  return (
    <>
      <td className={classes.barCell}>
        <div className={classes.track}>
          <div
            className={classes.bar}
            data-tone={toneOf(stepShown(step.status))}
            style={{ left: `${left}%`, width: `${width}%` }}
          />
        </div>
      </td>
      <td className={classes.barTime}>
        {slow && <span className={classes.longest}>{t('runs.timeline.longest')}</span>} {shortDuration(milliseconds)}
      </td>
    </>
  );
}
