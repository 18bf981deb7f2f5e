"""The SQL of the hot path. Why each looks as it does is told where it is used, in `store.py`."""

from __future__ import annotations

START = """
WITH slot AS (INSERT INTO slots (workspace_id) VALUES (%(workspace)s::uuid) ON CONFLICT DO NOTHING),
 limits AS (
  SELECT g.max_open, g.max_running, f.max_running AS of_workflow,
    g.redact <> '{}' OR g.personal_fields <> '{}' OR f.personal_fields <> '{}' AS redacts
  FROM governance_workspace g, builder_workflow f
  WHERE g.id = %(workspace)s::uuid AND f.id = %(workflow)s::uuid AND (
    %(live)s::uuid IS NULL OR f.live_version_id = %(live)s::uuid AND NOT f.paused AND f.archived_at IS NULL
    AND f.access = %(access)s::text)
   AND (%(acts)s::uuid IS NULL OR EXISTS (
    SELECT 1 FROM governance_membership m JOIN governance_user u ON u.id = m.user_id
    WHERE m.workspace_id = %(workspace)s::uuid AND m.user_id = %(acts)s::uuid AND u.is_active))
   AND (%(roles)s::text[] IS NULL OR EXISTS (
    SELECT 1 FROM governance_membership m WHERE m.workspace_id = %(workspace)s::uuid AND m.user_id = %(by)s::uuid
    AND m.roles::text[] @> %(roles)s::text[] AND m.roles::text[] <@ %(roles)s::text[]))),
 room AS (
  SELECT 1 FROM limits WHERE max_open - %(spare)s::int > (
    SELECT count(*) FROM (SELECT 1 FROM runs WHERE workspace_id = %(workspace)s::uuid AND status < 2
                          LIMIT (SELECT max_open FROM limits)) open)),
 busy AS (
  SELECT workflow_id FROM runs WHERE workspace_id = %(workspace)s::uuid AND owner IS NOT NULL
  UNION ALL
  SELECT workflow_id FROM runs
  WHERE workspace_id = %(workspace)s::uuid AND owner IS NULL AND rung_at IS NOT NULL AND wake_at IS NOT NULL),
 bell AS (
  SELECT max_running > (SELECT count(*) FROM busy) AND (
    of_workflow IS NULL OR of_workflow > (SELECT count(*) FROM busy WHERE workflow_id = %(workflow)s::uuid)) AS rings,
    redacts
  FROM limits),
 r AS (INSERT INTO runs (id, workspace_id, workflow_id, version_id, title, how, mode, started_by_id, repeats_id,
   start_key,
                         status, waiting_for, fence, seq, head, wake_at, rung_at, crashes, created_at,
                         to_redact)
       SELECT %(id)s::uuid, %(workspace)s::uuid, %(workflow)s::uuid, %(version)s::uuid, %(title)s::text, %(how)s::text,
              %(mode)s::text, %(by)s::uuid, %(repeats)s::uuid, %(start_key)s::text, 0, '', 0, 1, %(head)s::bytea,
              clock_timestamp(), CASE WHEN rings THEN clock_timestamp() END, 0, %(at)s::timestamptz, redacts
       FROM room, bell
       ON CONFLICT (workflow_id, start_key) WHERE start_key IS NOT NULL DO NOTHING RETURNING id),
 e AS (INSERT INTO run_events (run_id, seq, kind, at, body, hash)
       SELECT id, 1, 'run_started', %(at)s::timestamptz, %(body)s::json, %(head)s::bytea FROM r),
 v AS (INSERT INTO run_values (run_id, number, salt, body, artifact_id, sealed)
       SELECT id, 0, %(salt)s::bytea, %(value)s::json, %(artifact)s::uuid, %(sealed)s::bytea FROM r),
 s AS (INSERT INTO steps (run_id, step, node, scope, attempt, status, port, value_id, started_at, ended_at)
       SELECT id, 1, %(start)s::text, '', 1, 'done', 'out', 0, %(at)s::timestamptz, %(at)s::timestamptz FROM r)
SELECT (SELECT id FROM r) AS id, (SELECT rings FROM bell) AS rings, EXISTS (SELECT 1 FROM limits) AS current
"""

LOCK_STARTS = "SELECT pg_advisory_xact_lock(hashtextextended('start ' || %(workspace)s::uuid, 0))"

START_CARRYING = START.replace(
    "SELECT (SELECT id FROM r) AS id",
    """, k AS (INSERT INTO run_values (run_id, number, salt, body, artifact_id, sealed)
       SELECT r.id, x.as_number, v.salt, v.body, v.artifact_id, v.sealed
       FROM unnest(%(copy_run)s::uuid[], %(copy_number)s::int[], %(copy_as)s::int[]) x(run, number, as_number)
       JOIN run_values v ON v.run_id = x.run AND v.number = x.number CROSS JOIN r),
 n AS (INSERT INTO run_values (run_id, number, salt, body, artifact_id, sealed)
       SELECT r.id, x.number, x.salt, x.body::json, x.artifact, x.sealed
       FROM unnest(%(new_number)s::int[], %(new_salt)s::bytea[], %(new_body)s::text[], %(new_artifact)s::uuid[],
                   %(new_sealed)s::bytea[])
            x(number, salt, body, artifact, sealed) CROSS JOIN r)
SELECT (SELECT id FROM r) AS id""",
)
"""With values that the new run takes over from earlier ones."""

LOCK_SLOTS = """
WITH l AS MATERIALIZED (
  SELECT workspace_id FROM slots WHERE workspace_id IN (SELECT workspace_id FROM runs WHERE id = ANY(%(rung)s))
  FOR NO KEY UPDATE SKIP LOCKED)
SELECT r.id, r.workspace_id, l.workspace_id IS NOT NULL AS locked,
  set_config('synchronous_commit', 'off', true) AS commits
FROM runs r LEFT JOIN l ON l.workspace_id = r.workspace_id WHERE r.id = ANY(%(rung)s)
"""
"""It also lets the commit of its transaction return early: every later write checks owner and fence."""

CLAIM = """
WITH w AS (
  SELECT g.id AS workspace_id,
         g.max_running - (SELECT count(*) FROM runs o WHERE o.workspace_id = g.id AND o.owner IS NOT NULL) AS room
  FROM governance_workspace g WHERE g.id = ANY(%(locked)s)),
 f AS (
  SELECT f.id, f.max_running - (SELECT count(*) FROM runs o WHERE o.workspace_id = f.workspace_id
                                AND o.workflow_id = f.id AND o.owner IS NOT NULL) AS room
  FROM builder_workflow f
  WHERE f.max_running IS NOT NULL AND f.id IN (SELECT workflow_id FROM runs WHERE id = ANY(%(rung)s))),
 over AS (
  SELECT x.id FROM f CROSS JOIN LATERAL (
    SELECT r.id FROM runs r
    WHERE r.id = ANY(%(rung)s) AND r.workflow_id = f.id AND r.owner IS NULL
      AND r.wake_at <= (SELECT clock_timestamp())
    ORDER BY r.wake_at, r.id OFFSET greatest(f.room, 0)) x),
 k AS (
  SELECT x.id FROM w CROSS JOIN LATERAL (
    SELECT r.id FROM runs r
    WHERE r.id = ANY(%(rung)s) AND r.workspace_id = w.workspace_id AND r.owner IS NULL
      AND r.wake_at <= (SELECT clock_timestamp()) AND r.id NOT IN (SELECT id FROM over)
    ORDER BY r.wake_at, r.id LIMIT greatest(w.room, 0) FOR NO KEY UPDATE OF r SKIP LOCKED) x)
UPDATE runs r SET owner = %(me)s, fence = fence + 1, status = CASE r.status WHEN 3 THEN 3 ELSE 1 END, wake_at = NULL,
  rung_at = NULL
FROM k
WHERE r.id = k.id AND EXISTS (SELECT 1 FROM worker_leases WHERE id = %(me)s AND alive_until > clock_timestamp())
RETURNING r.id, r.workspace_id, r.workflow_id, r.version_id, r.title, r.mode, r.fence, r.seq, r.head, r.crashes,
  r.created_at, r.parent_id, r.parent_step, r.parent_chunk, r.restored_seq
"""

_WRITES = """
WITH b AS (
  SELECT * FROM json_to_recordset(%(runs)s::json)
  AS b(run_id uuid, fence bigint, expect int, n int, status smallint, rel bool, wake timestamptz, head bytea,
       waiting_for text, error text, crashes smallint)
  LIMIT %(count)s::int),
 mx AS (SELECT * FROM json_to_recordset(%(mail)s::json) AS x(run_id uuid, id bigint)),
 l AS MATERIALIZED (
  SELECT r.id FROM runs r JOIN b ON b.run_id = r.id
  WHERE r.owner = %(me)s AND r.fence = b.fence AND r.seq = b.expect ORDER BY r.id FOR NO KEY UPDATE OF r),
 ok AS (
  UPDATE runs r SET seq = r.seq + b.n, head = b.head, status = b.status, wake_at = b.wake,
    waiting_for = b.waiting_for,
         error = b.error::json, crashes = b.crashes,
         ended_at = CASE WHEN b.status >= 10 THEN clock_timestamp() END,
         owner = CASE WHEN b.rel AND (b.status >= 10 OR NOT EXISTS (
                   SELECT 1 FROM mailbox m WHERE m.run_id = r.id AND m.id NOT IN (SELECT id FROM mx)))
                 THEN NULL ELSE r.owner END
  FROM b JOIN l ON l.id = b.run_id
  WHERE r.id = b.run_id AND r.owner = %(me)s AND r.fence = b.fence AND r.seq = b.expect
  RETURNING r.id, r.workspace_id, r.workflow_id, r.started_by_id, r.status, r.seq, r.head,
            r.owner IS NULL AS released),
 e AS (INSERT INTO run_events (run_id, seq, kind, at, body, hash)
  SELECT x.run_id, x.seq, x.kind, x.at, x.body::json, x.hash
  FROM json_to_recordset(%(events)s::json)
       AS x(run_id uuid, seq int, kind text, at timestamptz, body text, hash bytea) JOIN ok ON ok.id = x.run_id),
 v AS (INSERT INTO run_values (run_id, number, salt, body, artifact_id, sealed)
  SELECT x.run_id, x.number, x.salt, x.body::json, x.artifact, x.sealed
  FROM json_to_recordset(%(values)s::json)
       AS x(run_id uuid, number int, salt bytea, body text, artifact uuid, sealed bytea) JOIN ok ON ok.id = x.run_id),
 s AS (INSERT INTO steps (run_id, step, node, scope, attempt, status, port, value_id, facts, error, wait, count,
                          started_at, ended_at, retry_at)
  SELECT x.run_id, x.step, x.node, x.scope, x.attempt, x.status, x.port, x.value_id, x.facts::json, x.error::json,
         x.wait::json, x.count, x.started_at, x.ended_at, x.retry_at
  FROM json_to_recordset(%(steps)s::json)
       AS x(run_id uuid, step int, node text, scope text, attempt smallint, status text, port text, value_id int,
            facts text, error text, wait text, count int, started_at timestamptz, ended_at timestamptz,
            retry_at timestamptz) JOIN ok ON ok.id = x.run_id
  ON CONFLICT (run_id, step) DO UPDATE SET attempt = excluded.attempt, status = excluded.status, port = excluded.port,
    value_id = excluded.value_id, facts = excluded.facts, error = excluded.error, wait = excluded.wait,
    count = excluded.count, started_at = excluded.started_at, ended_at = excluded.ended_at,
      retry_at = excluded.retry_at),
 h AS (INSERT INTO human_tasks (id, workspace_id, run_id, step, kind, title, instructions, shown, document, fields,
                                values, roles, comment_required_on_reject, approvals, state, decision, comment, due_at,
                                remind_at, created_at)
  SELECT x.id, ok.workspace_id, x.run_id, x.step, x.body->>'kind', left(x.body->>'title', 300),
         x.body->>'instructions', x.body->'shown', x.body->'document', x.body->'fields', x.body->'values',
         ARRAY(SELECT json_array_elements_text(x.body->'roles')), (x.body->>'comment_required_on_reject')::bool,
         (x.body->>'approvals')::smallint, 'open', '', '', (x.body->>'due_at')::timestamptz,
         (x.body->>'remind_at')::timestamptz, clock_timestamp()
  FROM (SELECT id, run_id, step, body::json AS body FROM json_to_recordset(%(tasks)s::json)
        AS u(id uuid, run_id uuid, step int, body text)) x JOIN ok ON ok.id = x.run_id),
 w AS (INSERT INTO waits (id, workspace_id, run_id, step, kind, name, correlation, state, looked, due_at, resolved_by)
  SELECT x.id, ok.workspace_id, x.run_id, x.step, x.kind, x.name, x.correlation, 0, false, x.due_at, ''
  FROM json_to_recordset(%(waits)s::json)
       AS x(id uuid, run_id uuid, step int, kind text, name text, correlation text, due_at timestamptz)
  JOIN ok ON ok.id = x.run_id
  ON CONFLICT (id) DO UPDATE SET state = 0, looked = false, name = excluded.name, correlation = excluded.correlation,
    due_at = excluded.due_at, resolved_by = '', resolved_at = NULL),
 q AS (SELECT id AS run_id, NULL::int AS step FROM ok WHERE status >= 10
  UNION ALL SELECT x.run_id, x.step FROM json_to_recordset(%(settled)s::json) AS x(run_id uuid, step int)
  JOIN ok ON ok.id = x.run_id),
 hc AS (UPDATE human_tasks t SET state = 'cancelled', closed_at = clock_timestamp() FROM q
  WHERE t.run_id = q.run_id AND (q.step IS NULL OR t.step = q.step) AND t.state IN ('open', 'taken')),
 wc AS (UPDATE waits o SET state = 3, resolved_at = clock_timestamp() FROM q
  WHERE o.run_id = q.run_id AND (q.step IS NULL OR o.step = q.step) AND o.state = 0),
 t AS (INSERT INTO step_tasks (run_id, step, attempt, queue, state, body)
  SELECT x.run_id, x.step, x.attempt, x.queue, 0, x.body::json
  FROM json_to_recordset(%(step_tasks)s::json)
       AS x(run_id uuid, step int, attempt smallint, queue text, body text)
  JOIN ok ON ok.id = x.run_id ON CONFLICT DO NOTHING),
 c AS (UPDATE step_tasks t SET state = 4
  FROM json_to_recordset(%(stopped)s::json) AS x(run_id uuid, step int, attempt smallint)
  JOIN ok ON ok.id = x.run_id
  WHERE t.run_id = x.run_id AND t.step = x.step AND t.attempt = x.attempt AND t.state < 2),
 d AS (DELETE FROM mailbox m USING mx, ok WHERE ok.id = mx.run_id AND m.id = mx.id),
 a AS (INSERT INTO run_anchors (workspace_id, run_id, seq, head)
  SELECT workspace_id, id, seq, head FROM ok WHERE status >= 10 OR released)"""

_KIN = """,
 nk AS (SELECT * FROM unnest(%(k_id)s::uuid[], %(k_parent)s::uuid[], %(k_step)s::int[], %(k_chunk)s::int[],
    %(k_workflow)s::uuid[], %(k_version)s::uuid[], %(k_title)s::text[], %(k_how)s::text[], %(k_at)s::timestamptz[],
    %(k_head)s::bytea[], %(k_body)s::text[], %(k_start)s::text[], %(k_copied)s::int[], %(k_salt)s::bytea[],
    %(k_value)s::text[], %(k_artifact)s::uuid[], %(k_sealed)s::bytea[])
  AS nk(id, parent, step, chunk, workflow, version, title, how, at, head, body, start, copied, salt, value, artifact,
        sealed)),
 kr AS (INSERT INTO runs (id, workspace_id, workflow_id, version_id, title, how, mode, started_by_id, parent_id,
    parent_step, parent_chunk, status, waiting_for, fence, seq, head, wake_at, rung_at, crashes, created_at, to_redact,
    restored_seq)
  SELECT nk.id, ok.workspace_id, nk.workflow, nk.version, nk.title, nk.how, r.mode, r.started_by_id, ok.id, nk.step,
         nk.chunk, 0, '', 0, 1, nk.head, clock_timestamp(), clock_timestamp(), 0, nk.at, r.to_redact,
         CASE WHEN r.restored_seq IS NOT NULL THEN 0 END
  FROM nk JOIN ok ON ok.id = nk.parent JOIN runs r ON r.id = ok.id ON CONFLICT (id) DO NOTHING RETURNING id),
 ke AS (INSERT INTO run_events (run_id, seq, kind, at, body, hash)
  SELECT nk.id, 1, 'run_started', nk.at, nk.body::json, nk.head FROM nk JOIN kr ON kr.id = nk.id),
 kv AS (INSERT INTO run_values (run_id, number, salt, body, artifact_id, sealed)
  SELECT nk.id, 0, coalesce(v.salt, nk.salt), coalesce(v.body, nk.value::json), coalesce(v.artifact_id, nk.artifact),
         coalesce(v.sealed, nk.sealed)
  FROM nk JOIN kr ON kr.id = nk.id LEFT JOIN run_values v ON v.run_id = nk.parent AND v.number = nk.copied),
 ks AS (INSERT INTO steps (run_id, step, node, scope, attempt, status, port, value_id, started_at, ended_at)
  SELECT nk.id, 1, nk.start, '', 1, CASE WHEN nk.chunk IS NULL THEN 'done' ELSE 'running' END,
         CASE WHEN nk.chunk IS NULL THEN 'out' END, CASE WHEN nk.chunk IS NULL THEN 0 END, nk.at,
         CASE WHEN nk.chunk IS NULL THEN nk.at END
  FROM nk JOIN kr ON kr.id = nk.id),
 kc AS (INSERT INTO mailbox (run_id, kind, step, body, dedupe, at)
  SELECT r.id, 'cancel', NULL, x.body::json, 'cancel', clock_timestamp()
  FROM unnest(%(x_parent)s::uuid[], %(x_child)s::uuid[], %(x_body)s::text[]) x(parent, child, body)
  JOIN ok ON ok.id = x.parent JOIN runs r ON r.id = x.child AND r.parent_id = ok.id AND r.status < 10
  ON CONFLICT (run_id, dedupe) DO NOTHING),
 kp AS (INSERT INTO mailbox (run_id, kind, step, body, dedupe, at)
  SELECT up.id, 'child_ended', r.parent_step, x.body::json, 'child:' || ok.id, clock_timestamp()
  FROM unnest(%(p_run)s::uuid[], %(p_body)s::text[]) x(run, body) JOIN ok ON ok.id = x.run
  JOIN runs r ON r.id = ok.id JOIN runs up ON up.id = r.parent_id AND up.status < 10
  WHERE ok.status >= 10 ON CONFLICT (run_id, dedupe) DO NOTHING)"""

_COUNT = """
  INSERT INTO assets_assetcall (id, workspace_id, asset_id, version_id, alias, arm, task, run, workflow, step,
                                      node, attempt, by_id, at, code, ms, prompt_tokens, completion_tokens, cost,
                                      confidence, label, traits, agrees)
  SELECT x.id, ok.workspace_id, av.asset_id, av.id, x.alias, x.arm, x.task, ok.id, ok.workflow_id, x.step, x.node,
         x.attempt, ok.started_by_id, x.at, left(x.code, 60), x.ms, x.prompt_tokens, x.completion_tokens, x.cost,
         x.confidence, coalesce(x.label, ''), x.traits, x.agrees
  FROM json_to_recordset(%(calls)s::json)
       AS x(run_id uuid, id uuid, version_id uuid, alias text, arm text, task text, step int, node text,
            attempt smallint, at timestamptz, code text, ms float8, prompt_tokens int, completion_tokens int,
            cost numeric, confidence float8, label text, traits float8[],
            agrees boolean)
  JOIN ok ON ok.id = x.run_id JOIN assets_assetversion av ON av.id = x.version_id"""

_CALLS = ",\n ac AS (" + _COUNT + ")"

_ANSWER = "\nSELECT id, workspace_id, status, released, seq FROM ok"

APPEND = _WRITES + _ANSWER

APPEND_WITH_KIN = _WRITES + _KIN + _ANSWER
"""With what goes to and from other runs: new children, cancels to children, the end to the parent."""

APPEND_WITH_CALLS = _WRITES + _CALLS + _ANSWER
"""With what steps asked assets: a part of its own, because most appends hold no call and each part costs time."""

APPEND_WITH_KIN_AND_CALLS = _WRITES + _KIN + _CALLS + _ANSWER

_OF_RUN = "WITH ok AS (SELECT id, workspace_id, workflow_id, started_by_id FROM runs WHERE id = %(run)s)"
_ONCE = "\n  ON CONFLICT (id) DO NOTHING"

COUNT_CALLS = _OF_RUN + _COUNT + _ONCE
"""Of attempts that no event will ever tell of. What was counted after all is counted once."""

PROMOTE = """
UPDATE runs SET wake_at = clock_timestamp(), rung_at = clock_timestamp()
WHERE id = ANY(%(runs)s) AND owner IS NULL AND status < 10 AND (wake_at IS NULL OR wake_at > clock_timestamp())
RETURNING id
"""

POST = """
INSERT INTO mailbox (run_id, kind, step, body, dedupe, at)
SELECT id, %(kind)s, %(step)s, %(body)s::json, %(dedupe)s,
  clock_timestamp() FROM runs WHERE id = %(run)s AND status < 10
ON CONFLICT (run_id, dedupe) DO NOTHING RETURNING id
"""
