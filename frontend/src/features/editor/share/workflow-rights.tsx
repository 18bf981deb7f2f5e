import { useRights } from '@/api/access';
import { RightsDialog } from '@/ui/sharing/rights-dialog';

interface WorkflowRightsProps {
  workflow: { id: string; name: string };
  user: { id: string; name: string };
  onClose: () => void;
}

/** What somebody may do with the workflow and its runs, and why. */
export function WorkflowRights({ workflow, user, onClose }: WorkflowRightsProps) {
  const rights = useRights({ about: 'workflows', id: workflow.id, user: user.id });
  return (
    <RightsDialog
      name={user.name}
      thing={workflow.name}
      rights={rights.data}
      error={rights.error}
      onRetry={() => void rights.refetch()}
      onClose={onClose}
    />
  );
}
