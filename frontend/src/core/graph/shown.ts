import type { Config } from './document';

type Choice = { by: string; usual: string; settings: Record<string, readonly string[]> };

/** Types with settings that count only with a certain choice of another one; the others are always shown. */
const CHOICES: Record<string, Choice> = {
  start_schedule: {
    by: 'kind',
    usual: 'daily',
    settings: {
      every: ['every', 'unit'],
      daily: ['at', 'time_zone'],
      weekly: ['weekdays', 'at', 'time_zone'],
      monthly: ['month_days', 'last_day', 'at', 'time_zone'],
      cron: ['cron', 'time_zone'],
    },
  },
  ask_model: {
    by: 'form',
    usual: 'text',
    settings: { text: [], fields: ['fields'], schema: ['json_schema'] },
  },
  wait: {
    by: 'how',
    usual: 'for',
    settings: { for: ['amount', 'unit'], until: ['until', 'time_zone'] },
  },
};

/** The settings that mean something with what is chosen so far. */
export function shownSettings(type: string, config: Config, keys: readonly string[]): string[] {
  const choice = CHOICES[type];
  if (!choice) return [...keys];
  const chosen = choice.settings[String(config[choice.by] ?? choice.usual)];
  if (!chosen) return [...keys];
  const all = new Set(Object.values(choice.settings).flat());
  return keys.filter((key) => !all.has(key) || chosen.includes(key));
}
