import access from './de/access.json';
import account from './de/account.json';
import app from './de/app.json';
import assets from './de/assets.json';
import audit from './de/audit.json';
import connections from './de/connections.json';
import editor from './de/editor.json';
import exchange from './de/exchange.json';
import forms from './de/forms.json';
import governance from './de/governance.json';
import groups from './de/groups.json';
import help from './de/help.json';
import home from './de/home.json';
import integrity from './de/integrity.json';
import learning from './de/learning.json';
import making from './de/making.json';
import matrix from './de/matrix.json';
import outbox from './de/outbox.json';
import people from './de/people.json';
import protection from './de/protection.json';
import quality from './de/quality.json';
import replacement from './de/replacement.json';
import reports from './de/reports.json';
import requests from './de/requests.json';
import runs from './de/runs.json';
import safety from './de/safety.json';
import settings from './de/settings.json';
import setup from './de/setup.json';
import sharing from './de/sharing.json';
import starts from './de/starts.json';
import tasks from './de/tasks.json';
import teams from './de/teams.json';
import templates from './de/templates.json';
import tokens from './de/tokens.json';
import tools from './de/tools.json';
import tour from './de/tour.json';
import trust from './de/trust.json';
import ui from './de/ui.json';
import usage from './de/usage.json';
import versions from './de/versions.json';
import words from './de/words.json';
import workflows from './de/workflows.json';

/** The same in German. */
export default {
  access,
  account,
  app,
  assets,
  audit,
  connections,
  editor,
  exchange,
  forms,
  governance,
  groups,
  help,
  home,
  integrity,
  learning,
  making,
  matrix,
  outbox,
  people,
  protection,
  quality,
  replacement,
  reports,
  requests,
  runs,
  safety,
  settings,
  setup,
  sharing,
  starts,
  tasks,
  teams,
  templates,
  tokens,
  tools,
  tour,
  trust,
  ui,
  usage,
  versions,
  words,
  workflows,
};
