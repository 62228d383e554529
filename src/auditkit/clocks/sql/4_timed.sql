-- Step 4: deadline, verdict and margin.
--
-- Reads  readings from step 3, policy
-- Gives  timed  one row a case and clock, all but the clocks that start when another has run out
--
-- Day clocks: the day of the start is day 0; the case is timely through the end of day N.
-- Hour clocks: seconds from start to stop against the limit in seconds; an extension adds 14 times 86,400.
-- A missing time of day is never taken as midnight: the clock is not testable.

WITH extension AS (
    SELECT
        readings.*,
        CASE WHEN extended = 0 THEN 'none'
             WHEN extension_days IS NULL THEN 'not permitted'
             WHEN extension_shown = 0 THEN
                  CASE WHEN policy.flag_is_enough = 1 THEN 'taken' ELSE 'notice not shown' END
             WHEN extension_notice_day IS NULL THEN 'no notice'
             WHEN limit_days IS NOT NULL AND extension_notice_day <= start_day + limit_days THEN 'taken'
             WHEN limit_days IS NOT NULL THEN 'late notice'
             WHEN extension_notice_sec IS NULL OR start_sec IS NULL THEN 'notice time missing'
             WHEN extension_notice_sec <= start_sec + limit_seconds THEN 'taken'
             ELSE 'late notice' END AS extension
    FROM readings
    CROSS JOIN policy
),

deadlines AS (
    SELECT
        extension.*,
        CASE WHEN limit_days IS NOT NULL THEN
             start_day + limit_days + CASE WHEN extension = 'taken' THEN extension_days ELSE 0 END
        END AS deadline_day,
        CASE WHEN limit_seconds IS NOT NULL THEN
             start_sec + limit_seconds + CASE WHEN extension = 'taken' THEN extension_days * 86400 ELSE 0 END
        END AS deadline_sec
    FROM extension
),

tested AS (
    SELECT
        deadlines.*,
        CASE WHEN exempt_reason IS NOT NULL THEN exempt_reason
             WHEN received_bad = 1 THEN 'start unreadable'
             WHEN received_day IS NULL THEN 'start missing'
             WHEN rule IS NULL THEN 'no rule fits'
             WHEN outcome = 'dismissed' AND policy.dismissals_tested = 0 THEN 'dismissed'
             WHEN start_bad = 1 THEN 'start unreadable'
             WHEN start_day IS NULL THEN 'start missing'
             WHEN stop_bad = 1 THEN 'stop unreadable'
             WHEN limit_seconds IS NOT NULL AND start_sec IS NULL THEN 'start time missing'
             WHEN stop_day IS NULL THEN
                  CASE WHEN test = 'at_or_before' AND limit_days IS NOT NULL
                            AND policy.as_of_day > deadline_day THEN 'open after the deadline'
                       WHEN test = 'at_or_before' AND limit_seconds IS NOT NULL
                            AND policy.as_of_sec > deadline_sec THEN 'open after the deadline'
                       ELSE 'open' END
             WHEN limit_seconds IS NOT NULL AND stop_sec IS NULL THEN 'stop time missing'
             WHEN stop_day < received_day OR stop_sec < received_sec THEN 'stop before receipt'
             WHEN test = 'at_least' AND stop_day - start_day >= limit_days THEN 'inside'
             WHEN test = 'at_least' THEN 'outside'
             WHEN limit_days IS NOT NULL AND stop_day <= deadline_day THEN 'inside'
             WHEN limit_days IS NOT NULL THEN 'outside'
             WHEN stop_sec <= deadline_sec THEN 'inside'
             WHEN extension = 'notice time missing'
                  AND stop_sec <= deadline_sec + extension_days * 86400 THEN 'extension time missing'
             ELSE 'outside' END AS result
    FROM deadlines
    CROSS JOIN policy
)

SELECT
    case_row,
    case_id,
    line,
    COALESCE(clock, 'decision') AS clock,
    rule,
    start_day,
    start_sec,
    start_reason,
    stop_day,
    stop_sec,
    stop_reason,
    limit_days,
    limit_seconds,
    extension_days,
    extension,
    deadline_day,
    deadline_sec,
    result,
    CASE WHEN exempt_reason IS NOT NULL THEN 'not_applicable' ELSE
    CASE result
        WHEN 'inside' THEN 'timely'
        WHEN 'outside' THEN 'late'
        WHEN 'open after the deadline' THEN 'late'
        WHEN 'open' THEN 'pending'
        WHEN 'dismissed' THEN 'not_applicable'
        ELSE 'not_testable' END END AS verdict,
    -- positive: days or seconds to spare; negative: late by so much
    CASE WHEN test = 'at_least' THEN stop_day - deadline_day ELSE deadline_day - stop_day END AS margin_days,
    deadline_sec - stop_sec AS margin_seconds,
    -- where a time is missing, the dates alone may still settle it; said, not counted
    CASE WHEN limit_seconds IS NOT NULL AND (start_sec IS NULL OR stop_sec IS NULL)
              AND (stop_day - start_day - 1) * 86400
                  > limit_seconds + CASE WHEN extension = 'taken' THEN extension_days * 86400 ELSE 0 END
         THEN 1 ELSE 0 END AS late_by_dates_alone
FROM tested
