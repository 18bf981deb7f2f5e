import { IconDatabase, IconMessage2Code, IconRobot, IconSparkles, IconTool } from '@tabler/icons-react';
import type { AssetKind as Kind } from '@/api/types';

export const KINDS = ['model', 'tool', 'agent', 'prompt', 'data_set'] as const satisfies readonly Kind[];

export const KIND_ICONS: Record<Kind, typeof IconTool> = {
  model: IconSparkles,
  tool: IconTool,
  agent: IconRobot,
  prompt: IconMessage2Code,
  data_set: IconDatabase,
};
