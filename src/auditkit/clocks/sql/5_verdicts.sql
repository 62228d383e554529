-- Step 5: cases whose time to decide ran out go to the Independent Review Entity (IRE); all clocks together.
--
-- Reads  timed from step 4, events, rules, policy, calendar
-- Gives  verdicts  one row a case and clock
--
-- The clock starts when the decision clock runs out: at its second, or at the end of its last day.
-- Where it ran out with a day, the date of forwarding may settle the matter without a time of day.

WITH expired AS (
    SELECT
        events.case_row,
        events.case_id,
        events.line,
        rules.clock,
        rules.rule,
        events.received_day,
        timed.deadline_day AS start_day,
        COALESCE(timed.deadline_sec, last_day.end_sec) AS start_sec,
        events.ire_forwarded_day AS stop_day,
        events.ire_forwarded_sec AS stop_sec,
        events.ire_forwarded_bad AS stop_bad,
        CASE WHEN timed.deadline_sec IS NULL THEN stop_date.begin_sec END AS earliest_stop_sec,
        CASE WHEN timed.deadline_sec IS NULL THEN stop_date.end_sec END AS latest_stop_sec,
        rules.limit_seconds,
        COALESCE(timed.deadline_sec, last_day.end_sec) + rules.limit_seconds AS deadline_sec
    FROM timed
    JOIN events ON events.case_row = timed.case_row
    JOIN rules
        ON rules.needs = 'untimely'
        AND rules.line = events.line
        AND rules.request = events.request
        AND rules.priority = events.priority
        AND rules.item = events.item_used
        AND rules.outcome = events.outcome
        AND events.received_day >= rules.from_day
        AND events.received_day <= rules.to_day
    LEFT JOIN calendar last_day ON last_day.day = timed.deadline_day
    LEFT JOIN calendar stop_date ON stop_date.day = events.ire_forwarded_day
    -- a denial about a Medicaid benefit goes to the fair hearing
    WHERE timed.clock = 'decision' AND timed.verdict = 'late' AND events.medicaid_benefit = 0
),

judged AS (
    SELECT
        expired.*,
        CASE WHEN stop_bad = 1 THEN 'stop unreadable'
             WHEN start_sec IS NULL THEN 'start time missing'
             WHEN stop_day IS NULL AND policy.as_of_sec > deadline_sec THEN 'open after the deadline'
             WHEN stop_day IS NULL THEN 'open'
             WHEN stop_day < received_day THEN 'stop before receipt'
             WHEN COALESCE(stop_sec, latest_stop_sec) <= deadline_sec THEN 'inside'
             WHEN COALESCE(stop_sec, earliest_stop_sec) > deadline_sec THEN 'outside'
             ELSE 'stop time missing' END AS result
    FROM expired
    CROSS JOIN policy
)

SELECT * FROM timed
UNION ALL
SELECT
    case_row,
    case_id,
    line,
    clock,
    rule,
    start_day,
    start_sec,
    'end of the time to decide' AS start_reason,
    stop_day,
    stop_sec,
    'IRE forwarding' AS stop_reason,
    CAST(NULL AS BIGINT) AS limit_days,
    limit_seconds,
    CAST(NULL AS BIGINT) AS extension_days,
    'none' AS extension,
    CAST(NULL AS BIGINT) AS deadline_day,
    deadline_sec,
    result,
    CASE result
        WHEN 'inside' THEN 'timely'
        WHEN 'outside' THEN 'late'
        WHEN 'open after the deadline' THEN 'late'
        WHEN 'open' THEN 'pending'
        ELSE 'not_testable' END AS verdict,
    CAST(NULL AS BIGINT) AS margin_days,
    deadline_sec - stop_sec AS margin_seconds,
    0 AS late_by_dates_alone
FROM judged
