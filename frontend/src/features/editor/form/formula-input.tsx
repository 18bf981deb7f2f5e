import {
  autocompletion,
  type Completion,
  type CompletionContext,
  completionKeymap,
  startCompletion,
} from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
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
import { formulaPath } from '@/core/graph/formulas';
import { propertiesOf } from '@/core/graph/schema';
import type { ScopeName } from '@/core/graph/scope';
import classes from './form.module.css';
import { FORMULA_DRAG } from './form-context';

export interface FormulaInputProps {
  id: string;
  labelledBy: string;
  kind: 'expr' | 'text';
  value: string;
  hint: string;
  names: ScopeName[];
  values: Record<string, unknown>;
  readOnly: boolean;
  onChange(value: string): void;
  /** Hands out a way to put a formula at the cursor. */
  onReady(insert: (formula: string) => void): void;
}

const FUNCTIONS = ['size', 'has', 'count', 'contains', 'startsWith', 'endsWith', 'matches', 'string', 'double', 'int'];

/** A line for formulas, or text with formulas in holes; completes with what earlier steps really gave. */
export default function FormulaInput(props: FormulaInputProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const { id, labelledBy, kind, hint, readOnly, value, onReady } = props;

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
            'aria-multiline': String(kind === 'text'),
          }),
          placeholder(hint),
          keymap.of(completionKeymap),
          autocompletion({
            override: [(context) => complete(context, latest.current)],
            icons: false,
            activateOnTyping: true,
          }),
          marks(kind, () => latest.current.names),
          ...(kind === 'expr' ? [EditorState.transactionFilter.of((tr) => (tr.newDoc.lines > 1 ? [] : tr))] : []),
          EditorView.domEventHandlers({ drop: (event, target) => drop(event, target, kind) }),
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
  }, [id, labelledBy, kind, hint, readOnly, onReady]);

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

function drop(event: DragEvent, view: EditorView, kind: 'expr' | 'text'): boolean {
  const formula = event.dataTransfer?.getData(FORMULA_DRAG);
  if (!formula) return false;
  event.preventDefault();
  const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
  view.dispatch({ changes: { from: at, insert: kind === 'text' ? `{{ ${formula} }}` : formula } });
  view.focus();
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

function complete(context: CompletionContext, { kind, names, values }: FormulaInputProps) {
  const before = context.state.sliceDoc(0, context.pos);
  if (kind === 'text') {
    const open = before.lastIndexOf('{{');
    if (open < 0 || before.indexOf('}}', open) >= 0) return null;
  }
  const word = context.matchBefore(/[A-Za-z_][\w.[\]"]*|\.?$/);
  const text = word?.text ?? '';
  const dot = text.lastIndexOf('.');
  if (dot < 0) {
    if (text === '' && !context.explicit && before.trim() !== '' && kind === 'expr') return null;
    return { from: context.pos - text.length, options: [...names.map(nameOption), ...FUNCTIONS.map(functionOption)] };
  }
  const path = formulaPath(text.slice(0, dot));
  const fields = path ? fieldsOf(path, names, values) : [];
  return fields.length > 0 ? { from: context.pos - (text.length - dot - 1), options: fields } : null;
}

/** Names come in the order of the flow; the nearest step is the likeliest. */
const nameOption = (one: ScopeName, index: number): Completion => ({
  label: one.name,
  detail: one.label,
  type: 'variable',
  boost: one.kind === 'run' ? 1 : Math.min(2 + index, 99),
});
const functionOption = (name: string): Completion => ({ label: name, apply: `${name}(`, type: 'function' });

/** Fields at a path: what the last run really gave, and what the step says it gives. */
function fieldsOf(path: (string | number)[], names: ScopeName[], values: Record<string, unknown>): Completion[] {
  let schema = names.find((one) => one.name === path[0])?.schema ?? {};
  let value: unknown = values;
  for (const [index, step] of path.entries()) {
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined;
    if (index === 0) continue;
    const next = typeof step === 'number' ? schema.items : propertiesOf(schema).find(([key]) => key === step)?.[1];
    schema = (next as typeof schema) ?? {};
  }
  const given =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  const keys = new Set([...propertiesOf(schema).map(([key]) => key), ...Object.keys(given)]);
  return [...keys].map((key) => {
    const sample = given[key];
    return {
      label: key,
      type: 'property',
      ...(sample === undefined ? {} : { detail: JSON.stringify(sample).slice(0, 40) }),
    };
  });
}
