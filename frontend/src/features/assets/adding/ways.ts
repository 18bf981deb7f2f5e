import { IconBrain, IconFileCode, IconMessage2Code, IconServerBolt, IconVectorTriangle } from '@tabler/icons-react';
import { type ComponentType, type LazyExoticComponent, lazy, type ReactNode } from 'react';
import type { VersionDetail } from '@/api/asset-versions';
import type { NewVersion } from '@/api/assets';
import type { AssetDetail, Schemas } from '@/api/types';
import type { Kind } from '../kinds';

export type Task = Schemas['AssetTask'];

/** What a form has made: the first version of a new asset, or the next one of an old. */
export interface Made {
  /** What the model is made to do; empty for the other kinds. */
  task: Task | '';
  version: NewVersion;
}

export interface MakingProps {
  /** What it begins with: the newest version, where that was made in the same way. */
  before: VersionDetail | null;
  /** The task of the asset that gets a version; undefined: a new asset is given one here. */
  task: Task | '' | undefined;
  /** Its name, or what is new: stands above the settings. */
  about: ReactNode;
  submit: string;
  busy: boolean;
  error: unknown;
  onSubmit(made: Made): void;
  onCancel(): void;
}

export interface Way {
  /** Stands in the address; its words are `making.way.<key>`. */
  key: 'language' | 'embeddings' | 'server' | 'file' | 'prompt';
  kind: Kind;
  /** What models made this way can do; none for the other kinds. */
  tasks: readonly Task[];
  /** The runtimes of its versions. */
  runtimes: readonly string[];
  icon: typeof IconBrain;
  load: LazyExoticComponent<ComponentType<MakingProps>>;
}

const BY_TENSORS = ['classify', 'predict', 'score', 'detect', 'embed'] as const;

/** The ways to add something, each with its form. */
export const WAYS: readonly Way[] = [
  {
    key: 'language',
    kind: 'model',
    tasks: ['chat', 'extract'],
    runtimes: ['chat', 'anthropic'],
    icon: IconBrain,
    load: lazy(() => import('./language-form')),
  },
  {
    key: 'embeddings',
    kind: 'model',
    tasks: ['embed'],
    runtimes: ['embeddings'],
    icon: IconVectorTriangle,
    load: lazy(() => import('./embeddings-form')),
  },
  {
    key: 'server',
    kind: 'model',
    tasks: BY_TENSORS,
    runtimes: ['inference'],
    icon: IconServerBolt,
    load: lazy(() => import('./server-form')),
  },
  {
    key: 'file',
    kind: 'model',
    tasks: BY_TENSORS,
    runtimes: ['onnx_model', 'skops_model'],
    icon: IconFileCode,
    load: lazy(() => import('./file-form')),
  },
  {
    key: 'prompt',
    kind: 'prompt',
    tasks: [],
    runtimes: [''],
    icon: IconMessage2Code,
    load: lazy(() => import('./prompt-form')),
  },
];

export function wayOf(key: string | undefined): Way | undefined {
  return WAYS.find((way) => way.key === key);
}

/** The ways to make another version of this asset. */
export function waysFor({ kind, task }: Pick<AssetDetail, 'kind' | 'task'>): Way[] {
  return WAYS.filter((way) => way.kind === kind && (task === '' || way.tasks.includes(task)));
}

/** Where adding leads to: straight to the form that the newest version was made with, else to a choice. */
export function usualWay(asset: Pick<AssetDetail, 'kind' | 'task' | 'versions'>): Way | undefined {
  const ways = waysFor(asset);
  const newest = asset.versions[0]?.runtime;
  return (
    ways.find((way) => newest !== undefined && way.runtimes.includes(newest)) ??
    (ways.length === 1 ? ways[0] : undefined)
  );
}
