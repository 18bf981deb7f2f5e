import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { AssetDetail } from '@/api/types';
import { isTrained } from '@/core/training';
import type { Kind } from './kinds';

export interface TabProps {
  asset: AssetDetail;
}

interface AssetTab {
  /** Stands in the address; its name is `assets.tab.<key>`, its file `<key>-tab.tsx`. */
  key:
    | 'overview'
    | 'tool'
    | 'agent'
    | 'versions'
    | 'quality'
    | 'replacement'
    | 'use'
    | 'budget'
    | 'watch'
    | 'training'
    | 'dependents'
    | 'sharing';
  /** The kinds of assets that have it; without it all of them. */
  kinds?: readonly Kind[];
  /** Who sees it; without it everybody who sees the asset. */
  shown?: (asset: AssetDetail) => boolean;
  load: LazyExoticComponent<ComponentType<TabProps>>;
}

/** What can be read of an asset, in the order of the tabs. */
export const TABS: readonly AssetTab[] = [
  { key: 'overview', load: lazy(() => import('./overview-tab')) },
  { key: 'tool', kinds: ['tool'], load: lazy(() => import('./tool-tab')) },
  { key: 'agent', kinds: ['agent'], load: lazy(() => import('./agent-tab')) },
  { key: 'versions', load: lazy(() => import('./versions-tab')) },
  { key: 'quality', kinds: ['model', 'data_set'], load: lazy(() => import('./quality-tab')) },
  { key: 'replacement', load: lazy(() => import('./replacement-tab')) },
  { key: 'use', load: lazy(() => import('./use-tab')) },
  { key: 'budget', load: lazy(() => import('./budget-tab')) },
  { key: 'watch', kinds: ['model'], load: lazy(() => import('./watch-tab')) },
  {
    key: 'training',
    kinds: ['model'],
    shown: ({ task }) => isTrained(task),
    load: lazy(() => import('./training-tab')),
  },
  { key: 'dependents', load: lazy(() => import('./dependents-tab')) },
  { key: 'sharing', shown: ({ may }) => may.share, load: lazy(() => import('./sharing-tab')) },
];

export function tabsOf(asset: AssetDetail): readonly AssetTab[] {
  return TABS.filter((tab) => (tab.kinds?.includes(asset.kind) ?? true) && (tab.shown?.(asset) ?? true));
}
