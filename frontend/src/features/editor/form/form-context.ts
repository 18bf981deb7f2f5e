import { createContext, useContext } from 'react';
import type { Problem } from '@/core/graph/document';
import type { Path } from '@/core/graph/formulas';
import type { ScopeName } from '@/core/graph/scope';

/** Getting the data of earlier steps that have none yet. */
export interface Gather {
  /** Titles of the steps that will run. */
  steps: string[];
  busy: boolean;
  begin(): void;
}

export interface FormWorld {
  step: string;
  readOnly: boolean;
  /** False for a start: nothing comes before it that a setting could be taken from. */
  mappable: boolean;
  names: ScopeName[];
  /** Real outputs of earlier steps by the names formulas use, for the row that is pointed at. */
  values: Readonly<Record<string, unknown>>;
  /** That row, counted from one; null where the values are as they came. */
  row: number | null;
  gather: Gather | null;
  /** The settings the step last ran with: as written, and with every formula filled in. */
  wrote: unknown;
  got: unknown;
  problemsAt(path: Path): Problem[];
  /** The step is filled in for the first time: what is missing is said field by field, once each was left. */
  fresh: boolean;
  onLeave(path: Path): void;
  focusField: string | null;
}

export const FormContext = createContext<FormWorld | null>(null);

export function useForm(): FormWorld {
  const world = useContext(FormContext);
  if (!world) throw new Error('Fields live inside a settings form');
  return world;
}
