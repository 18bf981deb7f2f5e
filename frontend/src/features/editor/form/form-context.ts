import { createContext, useContext } from 'react';
import type { Problem } from '@/core/graph/document';
import type { Path } from '@/core/graph/formulas';
import type { ScopeName } from '@/core/graph/scope';

export interface FormWorld {
  step: string;
  readOnly: boolean;
  /** False for a start: nothing comes before it that a setting could be taken from. */
  mappable: boolean;
  names: ScopeName[];
  /** Real outputs of earlier steps by the names formulas use. */
  values: Record<string, unknown>;
  /** The settings the step last ran with: as written, and with every formula filled in. */
  wrote: unknown;
  got: unknown;
  problemsAt(path: Path): Problem[];
  focusField: string | null;
}

export const FormContext = createContext<FormWorld | null>(null);

export function useForm(): FormWorld {
  const world = useContext(FormContext);
  if (!world) throw new Error('Fields live inside a settings form');
  return world;
}

/** Mime type of a formula being dragged from incoming data. */
export const FORMULA_DRAG = 'application/x-tutti-formula';
