/** How the columns of the reports are shown. The first one is always there; `wide` ones are left out on a phone. */
export type Shape =
  | 'text'
  | 'long'
  | 'word'
  | 'words'
  | 'time'
  | 'day'
  | 'link'
  | 'size'
  | 'seconds'
  | 'milliseconds'
  | 'count';

export interface ReportColumn {
  key: string;
  shape: Shape;
  wide?: boolean;
}

export const REPORTS = {
  outside: [
    { key: 'host', shape: 'text' },
    { key: 'kind', shape: 'word' },
    { key: 'bytes', shape: 'size', wide: true },
    { key: 'run', shape: 'link' },
    { key: 'workflow', shape: 'link', wide: true },
    { key: 'step', shape: 'text', wide: true },
    { key: 'asked', shape: 'text', wide: true },
    { key: 'connection', shape: 'link', wide: true },
    { key: 'at', shape: 'time', wide: true },
  ],
  approvals: [
    { key: 'task', shape: 'link' },
    { key: 'state', shape: 'word' },
    { key: 'by', shape: 'text' },
    { key: 'seconds', shape: 'seconds', wide: true },
    { key: 'reason', shape: 'text', wide: true },
    { key: 'handed_to', shape: 'text', wide: true },
    { key: 'run', shape: 'link', wide: true },
    { key: 'at', shape: 'time', wide: true },
  ],
  separation: [
    { key: 'on', shape: 'link' },
    { key: 'why', shape: 'word' },
    { key: 'by', shape: 'text' },
    { key: 'reason', shape: 'text', wide: true },
    { key: 'at', shape: 'time', wide: true },
  ],
  unknown: [
    { key: 'run', shape: 'link' },
    { key: 'step', shape: 'text' },
    { key: 'answer', shape: 'word' },
    { key: 'by', shape: 'text', wide: true },
    { key: 'note', shape: 'text', wide: true },
    { key: 'why', shape: 'text', wide: true },
    { key: 'attempt', shape: 'count', wide: true },
    { key: 'at', shape: 'time', wide: true },
  ],
  stops: [
    { key: 'run', shape: 'link' },
    { key: 'by', shape: 'text' },
    { key: 'milliseconds', shape: 'milliseconds' },
    { key: 'under_way', shape: 'text', wide: true },
    { key: 'reason', shape: 'text', wide: true },
    { key: 'workflow', shape: 'link', wide: true },
    { key: 'at', shape: 'time', wide: true },
  ],
  register: [
    { key: 'name', shape: 'link' },
    { key: 'risk', shape: 'word' },
    { key: 'lacks', shape: 'words' },
    { key: 'purpose', shape: 'long', wide: true },
    { key: 'oversight', shape: 'long', wide: true },
    { key: 'owner', shape: 'text', wide: true },
    { key: 'workflows', shape: 'count', wide: true },
    { key: 'review', shape: 'day', wide: true },
  ],
} as const satisfies Record<string, readonly ReportColumn[]>;

export type ReportName = keyof typeof REPORTS;
export const REPORT_NAMES = Object.keys(REPORTS) as ReportName[];

/** What is as it is, not what happened: there is no span of days to choose. */
export const TIMELESS: readonly ReportName[] = ['register'];
