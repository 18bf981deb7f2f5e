import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AskedFor } from '@/core/requests';

interface RequestLinkProps {
  request: AskedFor;
  className: string;
  children: ReactNode;
}

/** A replacement has a page of its own, with everything that was measured. */
export function RequestLink({ request, className, children }: RequestLinkProps) {
  if (request.kind === 'asset.replacement') {
    return (
      <Link
        to="/assets/$id/requests/$request"
        params={{ id: request.object.id, request: request.id }}
        className={className}
      >
        {children}
      </Link>
    );
  }
  return (
    <Link to="/requests/$id" params={{ id: request.id }} className={className}>
      {children}
    </Link>
  );
}
