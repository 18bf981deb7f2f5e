import type { GraphNode } from '@/core/graph/document';
import { FormSection } from './form-section';
import { LinkSection } from './link-section';
import { ScheduleSection } from './schedule-section';

/** What a start needs besides its settings: addresses to hand out, the times it is due. */
export function StartSection({ node }: { node: GraphNode }) {
  if (node.type === 'start_schedule') return <ScheduleSection node={node} />;
  if (node.type === 'start_link') return <LinkSection node={node} />;
  if (node.type === 'start_form') return <FormSection node={node} />;
  return null;
}
