import type { EditorState, Range } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view';
import { formulaPath, textParts } from '@/core/graph/formulas';
import type { ScopeName } from '@/core/graph/scope';
import { label as labelOf } from '@/core/values';

const BETWEEN = ' › ';

/** "orders.customer.name" as people call it: "Read orders › Customer › Name". Null for what is not a plain path. */
export function spokenPath(formula: string, names: readonly ScopeName[]): string | null {
  const path = formulaPath(formula);
  const head = names.find((one) => one.name === path?.[0]);
  if (!path || !head) return null;
  const fields = path.slice(1).map((step) => (typeof step === 'number' ? String(step + 1) : labelOf(step)));
  return [head.label || labelOf(head.name), ...fields].join(BETWEEN);
}

class Chip extends WidgetType {
  constructor(
    readonly words: string,
    readonly formula: string,
  ) {
    super();
  }

  override eq(other: Chip) {
    return other.words === this.words && other.formula === this.formula;
  }

  override toDOM() {
    const chip = document.createElement('span');
    chip.className = 'cm-name';
    chip.dir = 'auto';
    chip.textContent = this.words;
    chip.title = this.formula;
    return chip;
  }

  override ignoreEvent() {
    return false;
  }
}

interface Hole {
  formula: string;
  from: number;
  to: number;
}

function holesOf(kind: 'expr' | 'text', text: string): Hole[] {
  if (kind === 'expr') return text.trim() === '' ? [] : [{ formula: text.trim(), from: 0, to: text.length }];
  return textParts(text).flatMap((part) =>
    part.kind === 'formula' ? [{ formula: part.text, from: part.from, to: part.to }] : [],
  );
}

/** Somebody writes in there: it is shown as it is written. */
function isWritten(kind: 'expr' | 'text', { from, to }: Hole, state: EditorState, focused: boolean): boolean {
  if (!focused) return false;
  if (kind === 'expr') return true;
  return state.selection.ranges.some((range) => range.from < to && range.to > from);
}

function chipsOf(view: EditorView, kind: 'expr' | 'text', names: readonly ScopeName[]): DecorationSet {
  const found: Range<Decoration>[] = [];
  for (const hole of holesOf(kind, view.state.doc.toString())) {
    const words = isWritten(kind, hole, view.state, view.hasFocus) ? null : spokenPath(hole.formula, names);
    if (words !== null) {
      found.push(Decoration.replace({ widget: new Chip(words, hole.formula) }).range(hole.from, hole.to));
    } else if (kind === 'text') {
      found.push(Decoration.mark({ class: 'cm-name' }).range(hole.from, hole.to));
    }
  }
  return Decoration.set(found);
}

/** Values of earlier steps stand as chips with their spoken names; a click on one shows the formula. */
export function formulaChips(kind: 'expr' | 'text', names: () => readonly ScopeName[]) {
  return ViewPlugin.define(
    (view) => ({
      decorations: chipsOf(view, kind, names()),
      update(update: ViewUpdate) {
        if (update.docChanged || update.selectionSet || update.focusChanged)
          this.decorations = chipsOf(update.view, kind, names());
      },
    }),
    {
      decorations: (plugin) => plugin.decorations,
      eventHandlers: {
        mousedown(event, view) {
          const chip = (event.target as HTMLElement).closest('.cm-name');
          if (!chip || kind !== 'text') return false;
          const at = view.posAtDOM(chip);
          const hole = holesOf(kind, view.state.doc.toString()).find((one) => one.from <= at && at < one.to);
          if (!hole || isWritten(kind, hole, view.state, view.hasFocus)) return false;
          event.preventDefault();
          view.focus();
          view.dispatch({ selection: { anchor: hole.from + 2 } });
          return true;
        },
      },
    },
  );
}
