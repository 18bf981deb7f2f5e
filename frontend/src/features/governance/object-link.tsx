import type { AuditEvent } from '@/api/types';
import { label } from '@/core/values';
import { TextLink } from '@/ui/button-link';

/** What an entry is about, as a link where it has a page. */
export function ObjectLink({ object }: { object: AuditEvent['object'] }) {
  const text = [label(object.type), object.name].filter(Boolean).join(' · ') || '–';
  if (!object.id) return <>{text}</>;
  const params = { id: object.id };
  if (object.type === 'workflow')
    return (
      <TextLink to="/workflows/$id" params={params}>
        {text}
      </TextLink>
    );
  if (object.type === 'run')
    return (
      <TextLink to="/runs/$id" params={params} search={{}}>
        {text}
      </TextLink>
    );
  if (object.type === 'task')
    return (
      <TextLink to="/tasks/$id" params={params}>
        {text}
      </TextLink>
    );
  if (object.type === 'asset')
    return (
      <TextLink to="/assets/$id" params={params}>
        {text}
      </TextLink>
    );
  if (object.type === 'member') return <TextLink to="/admin/users">{text}</TextLink>;
  return <>{text}</>;
}
