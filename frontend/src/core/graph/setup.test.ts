import { describe, expect, it } from 'vitest';
import { EMPTY_GRAPH, type Graph, type NodeTypes } from './document';
import { node, nodeType } from './fixtures';
import { fillSlots, isFilled, placeholderLabel, setupCards, setupSlots } from './setup';

const MAIL = nodeType('mail', {
  title: 'Mail',
  config_schema: {
    type: 'object',
    properties: {
      account: { type: 'string', 'x-widget': 'credential' },
      to: { anyOf: [{ type: 'string' }, { type: 'array' }], title: 'To', 'x-widget': 'text' },
      limit: { type: 'number', title: 'Limit' },
    },
  },
});
const TYPES: NodeTypes = new Map([['mail', MAIL]]);

const mail = (key: string, x: number, config: Record<string, unknown>) =>
  node(key, 'mail', { position: { x, y: 0 }, config });

const graph = (): Graph => ({
  ...EMPTY_GRAPH,
  nodes: [
    mail('second', 300, { account: '<Mailbox>', to: { $expr: 'a.b' } }),
    mail('first', 0, { account: '<Mailbox>', to: '<Your address>' }),
    { ...mail('off', 600, { account: '<Mailbox>' }), off: true },
  ],
});

const missing = [{ code: 'missing_setting', node: 'first', field: 'config.limit', message: '' }];

describe('setting up a workflow', () => {
  it('tells what was left open from values', () => {
    expect(placeholderLabel('<Your address>')).toBe('Your address');
    expect(placeholderLabel(' <Ärztin> ')).toBe('Ärztin');
    for (const value of ['<br>', '<b>Bold</b>', 'Hi <Name>', '', 3, null, ['<A b>']])
      expect(placeholderLabel(value)).toBeNull();
  });

  // ux: 165
  it('asks in run order: each account of a step, then its open settings', () => {
    const cards = setupCards(setupSlots(graph(), TYPES, missing));
    expect(cards.map(({ step, kind, slots }) => [step, kind, slots.map((slot) => slot.label)])).toEqual([
      ['first', 'account', ['Mailbox']],
      ['first', 'blanks', ['Your address', 'Limit']],
      ['second', 'account', ['Mailbox']],
    ]);
    expect(cards[1]?.slots.map((slot) => slot.input)).toEqual(['text', 'number']);
  });

  // ux: 158
  it('fills every place that asks for the same account at once', () => {
    const one = graph();
    const slots = setupSlots(one, TYPES, missing);
    expect(slots.map((slot) => isFilled(one, slot))).toEqual([false, false, false, false]);
    fillSlots(
      one,
      slots.filter((slot) => slot.label === 'Mailbox'),
      'c1',
    );
    expect(slots.map((slot) => isFilled(one, slot))).toEqual([true, false, false, true]);
    expect(one.nodes.map((each) => each.config.account)).toEqual(['c1', 'c1', '<Mailbox>']);
  });

  it('asks nothing of a step that is gone', () => {
    const slots = setupSlots(graph(), TYPES, []);
    expect(slots.every((slot) => isFilled(EMPTY_GRAPH, slot))).toBe(true);
  });
});
