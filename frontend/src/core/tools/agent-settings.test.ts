import { describe, expect, it } from 'vitest';
import { type AgentForm, agentConfig, agentForm, NEW_AGENT } from './agent-settings';
import { NEW_FIELD } from './fields';

const CLERK: AgentForm = {
  ...NEW_AGENT,
  model: 'assistant@live',
  instructions: ' Answer kindly. ',
  tools: ['order-status'],
  output: [{ ...NEW_FIELD, name: 'reply' }],
  cost: 0.5,
};

describe('An agent', () => {
  it('is kept with what it is told, its tools, its limits and what it gives', () => {
    expect(agentConfig(CLERK)).toEqual({
      model: 'assistant@live',
      instructions: 'Answer kindly.',
      tools: ['order-status'],
      output_schema: {
        type: 'object',
        properties: { reply: { type: 'string' } },
        required: ['reply'],
        additionalProperties: false,
      },
      budgets: { steps: 12, tokens: 50_000, cost: '0.5', seconds: 300, depth: 3 },
      memory: { messages: 20 },
    });
  });

  it('is told by a prompt or by words of its own, never by both', () => {
    const config = agentConfig({ ...CLERK, told: 'prompt', prompt: 'reply-style' });
    expect(config).toMatchObject({ prompt: 'reply-style' });
    expect(config).not.toHaveProperty('instructions');
  });

  it('comes back as it was filled in', () => {
    expect(agentForm(agentConfig(CLERK))).toEqual({ ...CLERK, instructions: 'Answer kindly.' });
    expect(agentForm({ model: 'x' })).toEqual({ ...NEW_AGENT, model: 'x' });
  });

  it('says where its result is described in more words than the form has', () => {
    const config = { ...agentConfig(CLERK), output_schema: { type: 'object', minProperties: 1 } };
    expect(agentForm(config).output).toBeNull();
  });
});
