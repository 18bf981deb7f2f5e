import { useNavigate } from '@tanstack/react-router';
import type { Template } from '@/api/types';
import { useCreateWorkflow } from '@/api/workflows';

/** Makes a workflow of one's own from a template, and opens it. */
export function useUseTemplate() {
  const create = useCreateWorkflow();
  const navigate = useNavigate();
  return {
    error: create.error,
    /** Key of the template that is being used. */
    busy: create.isPending ? (create.variables.template ?? null) : null,
    use: ({ key, name }: Pick<Template, 'key' | 'name'>) =>
      create.mutate(
        { name, template: key },
        { onSuccess: ({ id }) => navigate({ to: '/workflows/$id', params: { id } }) },
      ),
  };
}
