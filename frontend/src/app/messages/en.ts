import access from './en/access.json';
import account from './en/account.json';
import app from './en/app.json';
import assets from './en/assets.json';
import audit from './en/audit.json';
import connections from './en/connections.json';
import editor from './en/editor.json';
import exchange from './en/exchange.json';
import forms from './en/forms.json';
import governance from './en/governance.json';
import groups from './en/groups.json';
import help from './en/help.json';
import home from './en/home.json';
import integrity from './en/integrity.json';
import learning from './en/learning.json';
import making from './en/making.json';
import matrix from './en/matrix.json';
import outbox from './en/outbox.json';
import people from './en/people.json';
import protection from './en/protection.json';
import quality from './en/quality.json';
import replacement from './en/replacement.json';
import reports from './en/reports.json';
import requests from './en/requests.json';
import runs from './en/runs.json';
import safety from './en/safety.json';
import settings from './en/settings.json';
import setup from './en/setup.json';
import sharing from './en/sharing.json';
import starts from './en/starts.json';
import tasks from './en/tasks.json';
import teams from './en/teams.json';
import templates from './en/templates.json';
import tokens from './en/tokens.json';
import tools from './en/tools.json';
import tour from './en/tour.json';
import trust from './en/trust.json';
import ui from './en/ui.json';
import usage from './en/usage.json';
import versions from './en/versions.json';
import words from './en/words.json';
import workflows from './en/workflows.json';

/** Everything the browser application says, one file a room. */
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
