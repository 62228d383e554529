-- One row a day of a member services queue in the period. A queue the extract ties to no program is left out.
SELECT
    CONCAT(c.queue, ' ', c.call_date) AS case_id,
    c.program AS unit_program,
    c.offered,
    c.answered,
    c.answered_in_30_seconds,
    c.abandoned,
    c.disconnected,
    c.interpreter_calls,
    c.tty_calls,
    c.wait_seconds
FROM calls c
CROSS JOIN report_period r
WHERE c.program IS NOT NULL AND c.call_date_day BETWEEN r.first_day AND r.last_day
