import { Button, CloseButton, Group, Tabs, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSaid } from '@/api/live-run';
import { usePreference } from '@/api/preferences';
import { useStep } from '@/api/runs';
import type { Run, StepDetail } from '@/api/types';
import { filesIn } from '@/core/files';
import { itemCounts, itemsOf } from '@/core/run/items';
import type { RunStep } from '@/core/run/model';
import type { Followed } from '@/core/run/rounds';
import type { SpeechStore } from '@/core/run/said';
import { duration } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { DataViewer } from '@/ui/data-view';
import { FileView } from '@/ui/file-preview';
import { Details, ProblemAlert } from '@/ui/problem-alert';
import { SaidText } from '@/ui/said-text';
import { SampleTag } from '@/ui/sample-tag';
import { StepBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toldProblem } from '@/ui/told';
import { ItemProgress } from './item-progress';
import { PlaceBar } from './place-bar';
import classes from './run.module.css';
import { StepCalls } from './step-calls';
import { useAmounts } from './use-amounts';
import { WaitWords } from './waiting-panel';

interface StepPanelProps {
  run: Run;
  name: string;
  /** Null: the node has no step in this run. */
  step: RunStep | null;
  wayName: (port: string) => string;
  followed: Followed;
  onChoose: (step: number) => void;
  onFollow: (items: Followed) => void;
  onClose: () => void;
  speeches: SpeechStore;
}

/** Everything about one step: state, facts, what went in, what came out, why it failed. */
export function StepPanel(props: StepPanelProps) {
  const { run, name, step, wayName, followed, onChoose, onFollow, onClose, speeches } = props;
  const { t } = useTranslation();
  const said = useSaid(speeches, step);
  return (
    <>
      <div className={classes.panelHead}>
        <Title order={2}>{name}</Title>
        {step && <StepBadge status={step.status} />}
        <CloseButton className={classes.close} aria-label={t('runs.panel.close')} onClick={onClose} />
      </div>
      {step ? (
        <>
          <PlaceBar {...{ run, step, wayName, followed, onChoose, onFollow }} />
          <StepFacts step={step} name={name} wayName={wayName} />
          <StepFailure step={step} wentOn={run.status === 'done'} />
          <SaidText text={said} />
          <StepCalls run={run} step={step.step} />
          <LoopItems run={run} step={step} onChoose={onChoose} />
          {said === '' && <StepData run={run} step={step} name={name} followed={followed} />}
        </>
      ) : (
        <Text c="dimmed">{t('runs.panel.notRun')}</Text>
      )}
    </>
  );
}

function StepFacts({ step, name, wayName }: { step: RunStep } & Pick<StepPanelProps, 'name' | 'wayName'>) {
  const { t, i18n } = useTranslation();
  const facts = step.facts ?? {};
  const amounts = useAmounts();
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 });
  const rows: [string, React.ReactNode][] = [];
  if (step.started_at) rows.push([t('runs.fact.started'), <TimeAgo key="at" at={step.started_at} />]);
  if (step.started_at && step.ended_at) {
    rows.push([t('runs.fact.took'), duration(Date.parse(step.ended_at) - Date.parse(step.started_at))]);
  }
  if (step.attempt > 1) rows.push([t('runs.fact.tries'), String(step.attempt)]);
  if (step.retry_at && step.status === 'waiting') {
    rows.push([t('runs.fact.again'), <TimeAgo key="again" at={step.retry_at} />]);
  }
  const waits = step.status === 'waiting' && step.wait !== null;
  if (waits) rows.push([t('runs.fact.waits'), <WaitWords key="waits" step={step} name={name} />]);
  if (facts.variant) rows.push([t('runs.fact.variant'), t('runs.fact.variantNumber', { number: facts.variant })]);
  if (typeof facts.child_run === 'string') {
    rows.push([
      t('runs.fact.child'),
      <TextLink key="child" to="/runs/$id" params={{ id: facts.child_run }} search={{}}>
        {t('runs.one')}
      </TextLink>,
    ]);
  }
  if (step.count !== null) rows.push([t('runs.fact.items'), String(step.count)]);
  if (step.port && step.port !== 'out') rows.push([t('runs.fact.path'), wayName(step.port)]);
  if (facts.asset) {
    const version = facts.version ? t('runs.version', { number: facts.version }) : '';
    const kind = facts.kind === 'agent' || facts.kind === 'tool' ? facts.kind : 'model';
    rows.push([t(`runs.fact.${kind}`), `${facts.asset} ${version}`.trim()]);
  }
  if (facts.reported) rows.push([t('runs.fact.reported'), facts.reported]);
  if (typeof facts.confidence === 'number') rows.push([t('runs.fact.confidence'), percent.format(facts.confidence)]);
  if (facts.spent) {
    const { prompt_tokens, completion_tokens, cost } = facts.spent;
    rows.push([t('runs.fact.tokens'), t('runs.spent.tokens', { read: prompt_tokens, written: completion_tokens })]);
    if (cost !== null) rows.push([t('runs.fact.cost'), amounts(cost)]);
  }
  if (typeof facts.decided_by === 'string') rows.push([t('runs.fact.decidedBy'), facts.decided_by]);
  return (
    <>
      {facts.sample === true && (
        <div>
          <SampleTag label={t('assets.sample')} />
        </div>
      )}
      {facts.kept_sample === true && (
        <div>
          <SampleTag label={t('runs.keptSample')} />
        </div>
      )}
      {facts.corrected_by && <Text size="sm">{t('runs.correctedBy', { name: facts.corrected_by.name })}</Text>}
      {facts.kept_from && (
        <Group gap="xs">
          <SampleTag label={t('runs.kept')} />
          <TextLink to="/runs/$id" params={{ id: facts.kept_from }} search={{}} size="sm">
            {t('runs.keptFrom')}
          </TextLink>
        </Group>
      )}
      {rows.length > 0 && (
        <dl className={classes.factList}>
          {rows.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function StepFailure({ step, wentOn }: { step: RunStep; wentOn: boolean }) {
  const { t } = useTranslation();
  if (!step.error) return null;
  const { message, hint } = toldProblem(step.error);
  return (
    <div
      className={classes.stepError}
      data-handled={wentOn || step.port === 'error' || step.status === 'waiting' || undefined}
    >
      <Text fw={550}>{message}</Text>
      {hint && <Text c="dimmed">{hint}</Text>}
      {wentOn && step.port === null && <Text size="sm">{t('runs.panel.continued')}</Text>}
      {step.port === 'error' && <Text size="sm">{t('runs.panel.errorPath')}</Text>}
      <Details text={JSON.stringify(step.error, null, 2)} />
    </div>
  );
}

const MANY_ITEMS = 50;

function LoopItems({ run, step, onChoose }: { run: Run; step: RunStep; onChoose: (step: number) => void }) {
  const { t } = useTranslation();
  const items = itemsOf(run.steps, step);
  if (items.length === 0) return null;
  const counts = itemCounts(step, items);
  const { pieces } = counts;
  return (
    <div>
      <Title order={3} mb={6}>
        {t('runs.panel.items', { count: items.length })}
      </Title>
      <ItemProgress {...counts} />
      <ul className={classes.items}>
        {(pieces === null ? items.slice(0, MANY_ITEMS) : []).map((item) => {
          const target = item.steps.find((one) => one.status === item.status) ?? item.steps[0];
          return (
            <li key={item.scope}>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                justify="space-between"
                fullWidth
                disabled={!target}
                rightSection={<StepBadge status={item.status} quiet />}
                onClick={() => target && onChoose(target.step)}
              >
                {t('runs.panel.itemNumber', { number: item.index + 1 })}
              </Button>
            </li>
          );
        })}
      </ul>
      {pieces === null && items.length > MANY_ITEMS && (
        <Text size="xs" c="dimmed">
          {t('runs.panel.moreItems', { count: items.length - MANY_ITEMS })}
        </Text>
      )}
    </div>
  );
}

function StepData({
  run,
  step,
  name,
  followed,
}: Pick<StepPanelProps, 'run' | 'name' | 'followed'> & { step: RunStep }) {
  const { t } = useTranslation();
  const fresh = `${step.status}.${step.attempt}.${step.ended_at ?? ''}`;
  const detail = useStep(run.id, run.may.payload ? step.step : null, fresh);
  if (!run.may.payload) {
    return (
      <Text size="sm" c="dimmed">
        {t('runs.panel.noPayload')}
      </Text>
    );
  }
  if (detail.error) return <ProblemAlert error={detail.error} retry={() => void detail.refetch()} />;
  if (!detail.data) return <Waiting lines={3} />;
  // Of a loop the items are the rows of what it gives.
  const row = step.count === null ? null : (followed[loopOf(step)] ?? null);
  // At a moment of a replay that lies before its end a step has given nothing yet.
  const output = step.ended_at === null ? null : detail.data.output;
  return <DataTabs detail={{ ...detail.data, output }} name={name} row={row} />;
}

function loopOf(step: RunStep): string {
  return step.scope === '' ? step.node : `${step.scope}/${step.node}`;
}

function DataTabs({ detail, name, row }: { detail: StepDetail; name: string; row: number | null }) {
  const { t } = useTranslation();
  const [preferred, setAs] = usePreference('data_view');
  const as = preferred ?? 'table';
  const files = filesIn(detail.output);
  return (
    <Tabs defaultValue={detail.output === null && detail.input !== null ? 'in' : 'out'} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="out">{t('runs.panel.out')}</Tabs.Tab>
        <Tabs.Tab value="in">{t('runs.panel.in')}</Tabs.Tab>
        {detail.attempts.length > 1 || detail.attempts.some((one) => one.error) ? (
          <Tabs.Tab value="tries">{t('runs.panel.tries')}</Tabs.Tab>
        ) : null}
      </Tabs.List>
      <Tabs.Panel value="out" pt="sm">
        {files.length > 0 && (
          <div className={classes.files}>
            {files.map((file) => (
              <FileView key={file.file_id} file={file} />
            ))}
          </div>
        )}
        <DataViewer value={detail.output} name={t('runs.panel.outOf', { name })} as={as} onAs={setAs} row={row} />
      </Tabs.Panel>
      <Tabs.Panel value="in" pt="sm">
        <DataViewer value={detail.input} name={t('runs.panel.inOf', { name })} as={as} onAs={setAs} />
      </Tabs.Panel>
      <Tabs.Panel value="tries" pt="sm">
        <Attempts attempts={detail.attempts} />
      </Tabs.Panel>
    </Tabs>
  );
}

const HANDLED = ['retry', 'fallback', 'continue', 'path', 'compensate', 'fail'] as const;

/** Every try of a step, oldest first: how it ended, why, and what came of it. */
function Attempts({ attempts }: { attempts: StepDetail['attempts'] }) {
  const { t } = useTranslation();
  return (
    <ol className={classes.tries}>
      {attempts.map((one) => {
        const handled = HANDLED.find((word) => word === one.handled);
        return (
          <li key={one.attempt}>
            <Group gap="xs">
              <Text fw={550}>{t('runs.panel.try', { number: one.attempt })}</Text>
              <StepBadge status={one.status} quiet />
            </Group>
            {one.error && <Text>{toldProblem(one.error).message}</Text>}
            <Text size="xs" c="dimmed">
              {one.started_at && <TimeAgo at={one.started_at} />}
              {one.started_at && one.ended_at
                ? `, ${duration(Date.parse(one.ended_at) - Date.parse(one.started_at))}. `
                : ' '}
              {handled && t(`runs.panel.handled.${handled}`)} {one.retry_at && <TimeAgo at={one.retry_at} />}
            </Text>
          </li>
        );
      })}
    </ol>
  );
}
