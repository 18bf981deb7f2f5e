import { useCan } from '@/api/session';
import type { AuditEvent } from '@/api/types';
import { personName } from '@/core/erased';
import { TextLink } from '@/ui/button-link';
import { useSentence } from '@/ui/use-sentence';

/** What an entry is about, as a link where it has a page that opens; `bare` without saying what kind of thing it is. */
export function ObjectLink({ object, bare = false }: { object: AuditEvent['object']; bare?: boolean }) {
  const { kind } = useSentence();
  const manages = useCan('member:manage');
  const what = bare && object.name ? '' : object.type && kind(object.type);
  const text = [what, personName(object.name)].filter(Boolean).join(' · ') || '–';
  const params = { id: object.id };
  switch (object.id && object.type) {
    case 'workflow':
      return (
        <TextLink to="/workflows/$id" params={params}>
          {text}
        </TextLink>
      );
    case 'run':
      return (
        <TextLink to="/runs/$id" params={params} search={{}}>
          {text}
        </TextLink>
      );
    case 'task':
      return (
        <TextLink to="/tasks/$id" params={params}>
          {text}
        </TextLink>
      );
    case 'asset':
      return (
        <TextLink to="/assets/$id" params={params}>
          {text}
        </TextLink>
      );
    case 'credential':
      return <TextLink to="/connections">{text}</TextLink>;
    case 'team':
      return <TextLink to="/admin/teams">{text}</TextLink>;
    case 'token':
      return manages ? <TextLink to="/admin/tokens">{text}</TextLink> : text;
    case 'member':
    case 'invitation':
      return (
        <TextLink to="/admin/users" search={{ search: object.name }}>
          {text}
        </TextLink>
      );
  }
  return <>{text}</>;
}
