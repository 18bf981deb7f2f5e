"""What people do in the product, numbered. Tests carry the numbers: `@pytest.mark.ux(28)`, `// ux: 28` before a vitest.

`*` stands before what decides for people who are not engineers.
"""

from __future__ import annotations

BEHAVIOURS = """
# First run
1 The first account is asked for once, then home opens
2 *Empty home shows one primary action and templates
3 *A guided first workflow: pick, see it, run it, done; it can be restarted
4 A starter becomes a real, named copy with a note on the canvas
5 What's new after an upgrade, short and shown once
6 Getting-started progress is remembered
# Signing in
7 A wrong password: one plain message, the address stays
8 A deep link leads on after signing in, never to a foreign host
9 Password reset; an invitation sets name and password and works once
10 A second factor with recovery codes; single sign-on only where configured
11 A session that ends while editing: sign in again in place, nothing lost
12 A server out of reach is told, and the banner goes away by itself
13 Signing in as somebody else shows nothing of the person before
# Workflow list
14 *A row tells name, state, last run, owner, change
15 *Search by a part of the name; no hit says so and offers to clear
16 Filters live in the address and survive a reload
17 Archive first, delete only from the archive
18 Pause from the row; the workflow stays listed
19 Duplicate, rename in place, change the description
20 Folders: make, nest, drag into, breadcrumb; deleting tells what happens
21 Many at once, with a count in the confirmation
22 The command bar finds workflows and actions
23 Named saved searches
24 Long lists load on and keep the place
# Canvas: adding and connecting
25 *An empty canvas offers the first step
26 *The step library: search in focus, plain categories, Enter adds the top hit, drag places
27 *Plus on an output adds the next step connected
28 *Plus on a line inserts and makes room
29 A line dropped on empty canvas opens what fits
30 Adding with nothing chosen stays loose; with a step chosen it follows it
31 The library works without dragging
32 *Drawing a line: what fits lights up, what does not refuses and says why
33 A line released near an input snaps to it
34 A line's end moves; a line is removed by key, button or dragging off
35 Steps with many ways keep every line after a reload; joins show counts
36 Lines of paths carry words
# Canvas: editing
37 Moving one or many lasts and can be undone
38 Copy and paste inside and between workflows
39 Foreign content drops what it cannot have and flags the step
40 Duplicate one or many with settings and samples
41 *Undo and redo of everything; never while a dialog is open
42 Deleting a middle step heals the line
43 Choose all, choose by a box, walk with arrows
44 A step is switched off and skipped
45 Rename by F2; an empty name is refused; references follow
46 Groups: title, drag, collapse, ungroup
47 A group grows and says so
48 Notes: format, size, colour, inside groups
49 Align and distribute
50 Tidy up all or the selection in one undoable step
51 Zoom, fit, reset
52 A small map; pan by space, middle button, trackpad
53 Menus by the right button, with shortcuts
54 The sheet of shortcuts in the notation of the platform
55 Find in the workflow
56 *Missing settings show a badge only after leaving the step
57 A list of problems leads to step and field
58 A locked workflow shows it and does not move
59 *Saving by itself, visibly
60 Two people see each other; nobody overwrites silently
61 A selection becomes a re-usable workflow
62 A link to one step
# Configuring a step
63 Opening by double click or Enter; closing keeps the view
64 *In, settings and out side by side
65 A loose step says that nothing is connected
66 *Typed controls, the required first, the rest folded
67 Choices load live, with search, refresh and by id
68 Mapping onto the target's fields
69 *An account is connected in place and tested at once
70 A shared connection can be used, not read
71 *A field dragged onto a setting becomes a mapped value
72 Possible targets are outlined while dragging
73 The drop lands where it points inside a text
74 *The resulting value stands under the setting, for each row
75 Without data the preview says what to run, and offers it
76 A list on a text offers join, first, count
77 Names with spaces, dots and quotes map
78 Formula mode with completion and a live result
79 *Test step runs this step only
80 *A kept sample serves tests only
81 A sample is edited or pasted; nonsense is refused with a reason
82 Tries, going on after failure, time limit, note
83 An AI step: model, prompt with fields, structured result
84 An outdated step offers its update
85 Help in the panel; next and previous step
# Running
86 *Run becomes Stop; what cannot run says why
87 *Each step tells its state live
88 *Lines tell how many items went through
89 Stopping leaves nothing spinning
90 Several starts: choose one
91 Run up to here
92 *Try again from the failed step
93 Run again, on the original or the latest version
94 An incomplete workflow runs up to the faulty step and names it
95 Results are cleared from the canvas, not from history
96 The list of runs with filters that stay
97 *A past run on the canvas, and loaded into the editor
98 Debugging ends by itself after a good run
99 The log fills in order, rounds listed, the failure chosen
100 A run's log never changes with the workflow
101 *Data as a table first; the choice is remembered
102 Search in data, hits marked, pages, a count
103 Rounds and items chosen, in and out together
104 One item followed across steps
105 Files are shown and downloaded
106 A timeline shows what took long
107 *What failed, where, why, what next
108 Solved problems leave the list
109 A waiting run says for whom or what
110 Pause, resume, stop many, with counts
111 Tokens and cost of AI steps
112 Retention and not keeping data
# Starts
113 An incoming link: test and live address, waiting for an event, its data kept
114 Its path is shown at once; collisions are refused
115 *A schedule in words with zone and next times
116 *A form builder and its public page
117 The form tells errors, sending, result
118 A page of all starts
# Tasks
119 *An inbox that follows each action
120 A task tells process, created, due, candidates, assignee
121 Take and release; answering needs taking
122 The form is filled from the run and stays readable
123 *Approve or reject with a comment; the run goes on
124 Reassign; first answer or everyone; reminders and limits
125 A task somebody answered says who and when
126 The history of a task
127 A person holds back one tool call of an agent
128 Only permitted people see a task; task and run are linked
# Versions
129 *Draft edits never change what is live
130 *Publishing is blocked with reasons
131 Publishing needs changes
132 A version has number, note, author, time
133 An old version opens for reading
134 *Restoring makes it the draft; live stays
135 Two versions compared; moved is not changed
136 Changes of settings are in the history
137 A checklist after the first publishing
# Sharing
138 *Sharing with a person or team: can use, can edit
139 Who may only look can copy, not change; controls say why
140 No access: no name leaks, and one can ask
141 Handing over warns of what is missing
142 Only the running form is shared
# Administration
143 People: search, invite, roles, pending, last seen
144 Removing a person hands over what they own
145 Others are turned away, even by address
146 Teams; who can do what
147 Which steps and models are allowed, for whom
148 API keys: shown once, scoped, revocable
149 The health of the system
# Audit
150 What was done, on what, by whom, when, with which result
151 Filters by person, object, action, dates, in the address
152 No hit is said
153 One sentence an entry; before and after beside it
154 The same entries in place
155 Sign-in to export is covered; the list is exported
156 The auditor sees everything and changes nothing
# Templates, import, export
157 A gallery with search, categories, counts
158 *Using a template: guided set-up, ready to run
159 A preview; own templates; the origin is remembered
160 Import by file, paste or drop
161 Import says what is missing; copy or replace
162 A broken file changes nothing; export without secrets
# Help from a language model
163 *Build with AI
164 *Its changes come as a proposal
165 Set-up cards in the order of the run
166 *Explain this error
167 Without a model no such buttons
168 A formula from words
# Settings, notifications, figures
169 Profile: name, password, language, zone, dates, colours
170 A name and colour tell Test from Live
171 *The owner hears of failed live runs, grouped; pausing by itself is explained
172 A list of notifications; messages cover nothing
173 Figures of seven days with their change
174 A figure opens the list behind it
175 In progress and next scheduled
# For everybody
176 Skip link; dialogs give the focus back; sign-in by keyboard
177 The canvas by keyboard
178 Connecting by keyboard or two taps
179 Arrows in a menu never move a step
180 WCAG A and AA on every page, light and dark
181 Nothing lost at 320 px, 200 % text, forced colours
182 Several languages, local dates, zones
183 *On a phone: tasks, runs, home; the canvas to look at
"""
