import { fieldsOf, type SchemaField, schemaOf } from './fields';

/** An agent as people fill it in, and the settings that are kept of it. */
export interface AgentForm {
  model: string;
  /** Whether what it is told stands here or in a prompt of the catalogue. */
  told: 'here' | 'prompt';
  instructions: string;
  prompt: string;
  tools: string[];
  output: SchemaField[];
  steps: number;
  tokens: number;
  /** Empty: no limit. */
  cost: number | '';
  seconds: number;
  depth: number;
  messages: number;
}

export const NEW_AGENT: AgentForm = {
  model: '',
  told: 'here',
  instructions: '',
  prompt: '',
  tools: [],
  output: [],
  steps: 12,
  tokens: 50_000,
  cost: '',
  seconds: 300,
  depth: 3,
  messages: 20,
};

export function agentConfig(form: AgentForm): Record<string, unknown> {
  return {
    model: form.model,
    ...(form.told === 'here' ? { instructions: form.instructions.trim() } : { prompt: form.prompt }),
    tools: form.tools,
    output_schema: form.output.length > 0 ? schemaOf(form.output) : null,
    budgets: {
      steps: form.steps,
      tokens: form.tokens,
      cost: form.cost === '' ? null : String(form.cost),
      seconds: form.seconds,
      depth: form.depth,
    },
    memory: { messages: form.messages },
  };
}

type Kept = Record<string, unknown>;

/** The form of an agent that is there; `output` is null where its schema says more than fields can. */
export function agentForm(config: Kept): Omit<AgentForm, 'output'> & { output: SchemaField[] | null } {
  const budgets = (config.budgets ?? {}) as Partial<Record<'steps' | 'tokens' | 'seconds' | 'depth', number>> & Kept;
  const memory = (config.memory ?? {}) as { messages?: number };
  const { steps, tokens, seconds, depth } = { ...NEW_AGENT, ...budgets };
  return {
    model: String(config.model ?? ''),
    told: config.prompt ? 'prompt' : 'here',
    instructions: String(config.instructions ?? ''),
    prompt: String(config.prompt ?? ''),
    tools: Array.isArray(config.tools) ? config.tools.map(String) : [],
    output: config.output_schema ? fieldsOf(config.output_schema) : [],
    steps,
    tokens,
    cost: budgets.cost === null || budgets.cost === undefined ? '' : Number(budgets.cost),
    seconds,
    depth,
    messages: memory.messages ?? NEW_AGENT.messages,
  };
}
