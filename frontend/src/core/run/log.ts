/** What a run did, in the order in which it did it, with rounds and items under headings. */
import type { RunStep, StepStatus } from './model';

export interface LogEntry {
  kind: 'step';
  step: RunStep;
  /** How deep inside loops. */
  depth: number;
}

export interface LogHeading {
  kind: 'heading';
  /** Where the entries below stand: `orders.3`, `work~1`. */
  scope: string;
  depth: number;
}

export type LogLine = LogEntry | LogHeading;

/** Steps that have not begun are no part of the log yet. */
const TO_COME: ReadonlySet<StepStatus> = new Set(['pending']);

/**
 * Fills in as the run goes on. What happens inside of a loop stands together under its rounds and items, behind the
 * step that opened it, however it was interleaved.
 */
export function logOf(steps: readonly RunStep[]): LogLine[] {
  const inScope = new Map<string, RunStep[]>();
  const inner = new Map<string, string[]>();
  for (const step of steps) {
    if (TO_COME.has(step.status)) continue;
    const own = inScope.get(step.scope);
    if (own) own.push(step);
    else inScope.set(step.scope, [step]);
  }
  for (const scope of scopesOf(inScope.keys())) {
    const outer = outerOf(scope);
    const list = inner.get(outer);
    if (list) list.push(scope);
    else inner.set(outer, [scope]);
  }
  const lines: LogLine[] = [];
  const write = (scope: string, depth: number) => {
    const scopes = inner.get(scope) ?? [];
    const told = new Set<string>();
    const open = (one: string) => {
      told.add(one);
      lines.push({ kind: 'heading', scope: one, depth });
      write(one, depth + 1);
    };
    for (const step of (inScope.get(scope) ?? []).sort(byTime)) {
      lines.push({ kind: 'step', step, depth });
      for (const one of scopes) if (!told.has(one) && one.startsWith(`${within(scope, step.node)}.`)) open(one);
    }
    for (const one of scopes) if (!told.has(one)) open(one);
  };
  write('', 0);
  return lines;
}

/** Every scope with all that it lies in, as far as there are any, in order. */
function scopesOf(scopes: Iterable<string>): string[] {
  const all = new Set<string>();
  for (const scope of scopes) {
    for (let one = scope; one !== ''; one = outerOf(one)) all.add(one);
  }
  return [...all].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function outerOf(scope: string): string {
  return scope.slice(0, Math.max(0, scope.lastIndexOf('/')));
}

function within(scope: string, node: string): string {
  return scope === '' ? node : `${scope}/${node}`;
}

/** As they ended or began; what was skipped stands where its turn came. */
function byTime(a: RunStep, b: RunStep): number {
  const [one, two] = [a.started_at, b.started_at];
  return one !== null && two !== null && one !== two ? Date.parse(one) - Date.parse(two) : a.step - b.step;
}
