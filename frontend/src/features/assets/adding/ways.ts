import { IconApi, IconPlugConnected, IconRobot, IconRoute, IconWorldUp } from '@tabler/icons-react';
import type { Kind } from '../asset-tabs';

interface AddingWay {
  /** Its words are `tools.<key>.title` and `tools.<key>.short`. */
  key: 'openapi' | 'mcp' | 'http' | 'workflow' | 'agent';
  kind: Kind;
  to: `/assets/add/${'openapi' | 'mcp' | 'http-tool' | 'workflow-tool' | 'agent'}`;
  icon: typeof IconApi;
}

/** The ways to a new tool or agent, each with a page of its own. */
export const ADDING_WAYS: readonly AddingWay[] = [
  { key: 'openapi', kind: 'tool', to: '/assets/add/openapi', icon: IconApi },
  { key: 'mcp', kind: 'tool', to: '/assets/add/mcp', icon: IconPlugConnected },
  { key: 'http', kind: 'tool', to: '/assets/add/http-tool', icon: IconWorldUp },
  { key: 'workflow', kind: 'tool', to: '/assets/add/workflow-tool', icon: IconRoute },
  { key: 'agent', kind: 'agent', to: '/assets/add/agent', icon: IconRobot },
];
