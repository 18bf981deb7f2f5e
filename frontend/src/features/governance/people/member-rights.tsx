import { useRights } from '@/api/access';
import type { Member } from '@/api/types';
import { RightsDialog } from '@/ui/sharing/rights-dialog';

/** What a member may do in the workspace, and why. */
export function MemberRights({ member, onClose }: { member: Member; onClose: () => void }) {
  const rights = useRights({ about: 'members', id: member.id });
  return (
    <RightsDialog
      name={member.user.name}
      rights={rights.data}
      error={rights.error}
      onRetry={() => void rights.refetch()}
      onClose={onClose}
    />
  );
}
