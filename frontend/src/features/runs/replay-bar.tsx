import '@mantine/core/styles/Slider.layer.css';
import { ActionIcon, Button, Slider, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerSkipBack, IconPlayerSkipForward } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunEvent } from '@/api/types';
import type { Replay } from '@/core/run/replay';
import { dateTime } from '@/core/time';
import { scopeWords } from '@/ui/scope-words';
import classes from './run.module.css';

const KINDS = [
  'run_started',
  'step_started',
  'step_done',
  'step_failed',
  'step_skipped',
  'step_waiting',
  'items_opened',
  'step_unknown',
  'step_cancelled',
  'loop_decided',
  'review_answered',
  'chunk_ended',
  'items_done',
  'undo_started',
  'run_paused',
  'run_resumed',
  'cancel_requested',
  'run_finished',
  'mail_ignored',
] as const satisfies readonly RunEvent['kind'][];

/** A long run is told in about so long. */
const WHOLE_MS = 20_000;
const SLOWEST_MS = 900;
const FASTEST_MS = 60;

interface ReplayBarProps {
  replay: Replay;
  /** How many events have happened. */
  moment: number;
  nameOf: (node: string) => string;
  onMoment: (moment: number) => void;
  onEnd: () => void;
}

/** Tells the run again from what was written down of it: moment by moment, or by itself. */
export function ReplayBar({ replay, moment, nameOf, onMoment, onEnd }: ReplayBarProps) {
  const { t } = useTranslation();
  const [playing, setPlaying] = useState(false);
  const { length } = replay;
  useEffect(() => {
    if (!playing) return;
    if (moment >= length) {
      setPlaying(false);
      return;
    }
    const pace = Math.min(SLOWEST_MS, Math.max(FASTEST_MS, WHOLE_MS / length));
    const timer = setTimeout(() => onMoment(moment + 1), pace);
    return () => clearTimeout(timer);
  }, [playing, moment, length, onMoment]);
  const event = replay.event(moment);
  const words = event ? momentWords(t, event, nameOf) : t('runs.replay.before');
  return (
    <section className={classes.replay} aria-label={t('runs.replay.label')}>
      <div className={classes.replayButtons}>
        <ActionIcon
          variant="default"
          aria-label={t('runs.replay.back')}
          disabled={moment === 0}
          onClick={() => onMoment(moment - 1)}
        >
          <IconPlayerSkipBack size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="filled"
          aria-label={t(playing ? 'runs.replay.pause' : 'runs.replay.play')}
          onClick={() => {
            if (!playing && moment >= length) onMoment(0);
            setPlaying(!playing);
          }}
        >
          {playing ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />}
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t('runs.replay.forward')}
          disabled={moment >= length}
          onClick={() => onMoment(moment + 1)}
        >
          <IconPlayerSkipForward size={16} aria-hidden />
        </ActionIcon>
      </div>
      <Slider
        className={classes.replaySlider}
        min={0}
        max={length}
        step={1}
        label={null}
        value={moment}
        thumbLabel={t('runs.replay.moment')}
        thumbProps={{ 'aria-valuetext': words }}
        onChange={(next) => {
          setPlaying(false);
          onMoment(next);
        }}
      />
      <Text size="sm" className={classes.replayWords} role="status">
        <span className={classes.replayCount}>{t('runs.replay.count', { moment, count: length })}</span> {words}
      </Text>
      <Button size="compact-sm" variant="default" onClick={onEnd}>
        {t('runs.replay.end')}
      </Button>
    </section>
  );
}

function momentWords(t: TFunction, event: RunEvent, nameOf: (node: string) => string): string {
  const kind = KINDS.find((one) => one === event.kind);
  const node = event.body.node as string | undefined;
  const place = event.body.scope ? ` (${scopeWords(t, event.body.scope)})` : '';
  const step = node ? `${nameOf(node)}${place}` : '';
  const what = kind ? t(`runs.replay.event.${kind}`, { step }) : '';
  return `${dateTime(new Date(event.at))}: ${what}`;
}
