import {
  autocompletion,
  type Completion,
  type CompletionContext,
  completionKeymap,
  startCompletion,
} from '@codemirror/autocomplete';
import { EditorState, type Transaction } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  keymap,
  MatchDecorator,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { formulaPath, valueAt } from '@/core/graph/formulas';
import { FUNCTIONS } from '@/core/graph/functions';
import { shapeOf } from '@/core/graph/mapping';
import { propertiesOf } from '@/core/graph/schema';
import type { ScopeName } from '@/core/graph/scope';
import { FORMULA_DRAG } from '../drag-state';
import classes from './form.module.css';

export interface FormulaInputProps {
  id: string;
  labelledBy: string;
  kind: 'expr' | 'text';
  value: string;
  hint: string;
  names: ScopeName[];
  values: Readonly<Record<string, unknown>>;
  readOnly: boolean;
  /** Formulas may have several lines. */
  large?: boolean;
  onChange(value: string): void;
  /** Hands out a way to put a formula at the cursor. */
  onReady(insert: (formula: string) => void): void;
}

/** A line for formulas, or text with formulas in holes; completes with what earlier steps really gave. */
export default function FormulaInput(props: FormulaInputProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const { t } = useTranslation();
  const { id, labelledBy, kind, hint, readOnly, value, onReady, large = false } = props;
  const says = (name: (typeof FUNCTIONS)[number]['name']) => t(`editor.formula.function.${name}`);
  const latest = useRef({ ...props, says });
  latest.current = { ...props, says };

  useEffect(() => {
    if (!box.current) return;
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.editable.of(!readOnly),
          EditorView.contentAttributes.of({
            id,
            'aria-labelledby': labelledBy,
            'aria-multiline': String(kind === 'text' || large),
          }),
          placeholder(hint),
          keymap.of(completionKeymap),
          autocompletion({
            override: [(context) => complete(context, latest.current)],
            icons: false,
            activateOnTyping: true,
          }),
          marks(kind, () => latest.current.names),
          ...(kind === 'expr' && !large ? [EditorState.transactionFilter.of(noNewLine)] : []),
          EditorView.domEventHandlers({ drop: pointAt }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    onReady((formula) => {
      const text = kind === 'text' ? `{{ ${formula} }}` : formula;
      editor.dispatch(editor.state.replaceSelection(text));
      editor.focus();
    });
    return () => editor.destroy();
  }, [id, labelledBy, kind, hint, readOnly, onReady, large]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a click beside the text opens what can be chosen, as typing does.
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above.
    <div
      ref={box}
      className={classes.editor}
      data-kind={kind}
      onClick={() => {
        const editor = view.current;
        if (editor && kind === 'expr' && editor.state.doc.length === 0 && !readOnly) startCompletion(editor);
      }}
    />
  );
}

/** One line stays one line; what was written with room for more keeps its lines. */
const noNewLine = (tr: Transaction) => (tr.newDoc.lines > tr.startState.doc.lines ? [] : tr);

/** A value is let go here: the frame around puts it in, at this place. */
function pointAt(event: DragEvent, view: EditorView): boolean {
  if (!event.dataTransfer?.types.includes(FORMULA_DRAG)) return false;
  event.preventDefault();
  const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
  view.dispatch({ selection: { anchor: at } });
  return true;
}

/** Names of steps stand out; their tooltip says whose they are. */
function marks(kind: 'expr' | 'text', names: () => ScopeName[]) {
  const matcher = new MatchDecorator({
    regexp: kind === 'text' ? /\{\{[^}]*\}\}/g : /(?<![.\w"'])[A-Za-z_]\w*/g,
    decoration: (match) => {
      if (kind === 'text') return Decoration.mark({ class: 'cm-name' });
      const found = names().find((one) => one.name === match[0]);
      return found ? Decoration.mark({ class: 'cm-name', attributes: { title: found.label || found.name } }) : null;
    },
  });
  return ViewPlugin.define(
    (view) => ({
      decorations: matcher.createDeco(view),
      update(update: ViewUpdate) {
        this.decorations = matcher.updateDeco(update, this.decorations);
      },
    }),
    { decorations: (plugin) => plugin.decorations },
  );
}

type Completing = FormulaInputProps & { says(name: (typeof FUNCTIONS)[number]['name']): string };

function complete(context: CompletionContext, { kind, names, values, says }: Completing) {
  const before = context.state.sliceDoc(0, context.pos);
  if (kind === 'text') {
    const open = before.lastIndexOf('{{');
    if (open < 0 || before.indexOf('}}', open) >= 0) return null;
  }
  const word = context.matchBefore(/[A-Za-z_](?:[\w.]|\[(?:\d+|"(?:[^"\\]|\\.)*")\])*|\.?$/);
  const text = word?.text ?? '';
  const dot = text.lastIndexOf('.');
  if (dot < 0) {
    if (text === '' && !context.explicit && before.trim() !== '' && kind === 'expr') return null;
    const calls = FUNCTIONS.filter((one) => !('behind' in one)).map((one) => functionOption(one, says));
    return { from: context.pos - text.length, options: [...names.map(nameOption), ...calls] };
  }
  const path = formulaPath(text.slice(0, dot));
  if (!path) return null;
  const { fields, shape } = fieldsOf(path, names, values);
  const calls = FUNCTIONS.filter((one) => 'behind' in one && (one.behind === shape || shape === 'any'));
  const from = context.pos - (text.length - dot - 1);
  const written = fields.map((field) => fieldOption(field, from - 1));
  return { from, options: [...written, ...calls.map((one) => functionOption(one, says))] };
}

/** Names come in the order of the flow; the nearest step is the likeliest. */
const nameOption = (one: ScopeName, index: number): Completion => ({
  label: one.name,
  detail: one.label,
  type: 'variable',
  boost: one.kind === 'run' ? 1 : Math.min(2 + index, 99),
});

const functionOption = (
  { name, call }: (typeof FUNCTIONS)[number],
  says: (name: (typeof FUNCTIONS)[number]['name']) => string,
): Completion => ({
  label: name,
  detail: call,
  info: says(name),
  apply: `${name}(`,
  type: 'function',
  boost: -1,
});

const NAME = /^[A-Za-z_]\w*$/;

interface Field {
  name: string;
  sample: unknown;
}

/** A field that is no plain name is written in brackets, in place of the dot at `dot`. */
function fieldOption({ name, sample }: Field, dot: number): Completion {
  const plain = NAME.test(name);
  return {
    label: name,
    type: 'property',
    boost: 1,
    ...(sample === undefined ? {} : { detail: JSON.stringify(sample).slice(0, 40) }),
    ...(plain
      ? {}
      : {
          apply: (view: EditorView, _: Completion, from: number, to: number) => {
            const insert = `[${JSON.stringify(name)}]`;
            view.dispatch({ changes: { from: Math.min(dot, from), to, insert } });
          },
        }),
  };
}

/** Fields at a path, with what the last run really gave, and what kind of value stands there. */
function fieldsOf(path: (string | number)[], names: ScopeName[], values: Readonly<Record<string, unknown>>) {
  let schema = names.find((one) => one.name === path[0])?.schema ?? {};
  for (const step of path.slice(1)) {
    const next = typeof step === 'number' ? schema.items : propertiesOf(schema).find(([key]) => key === step)?.[1];
    schema = (next as typeof schema) ?? {};
  }
  const value = valueAt(values, path);
  const given =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  const keys = new Set([...propertiesOf(schema).map(([key]) => key), ...Object.keys(given)]);
  return { fields: [...keys].map((name): Field => ({ name, sample: given[name] })), shape: shapeOf(value, schema) };
}
