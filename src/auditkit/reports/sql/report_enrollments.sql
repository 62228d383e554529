-- One row an unbroken enrollment of a member in a program. Spans that follow each other without a day between them
-- are one enrollment, whatever the benefit package.
--   begins_day, ends_day  first day; last day, or nothing while it goes on
--   enrollment_number     1 for the member's first enrollment in the program, 2 for the next
--   in_force_at_end       Y when the member is enrolled on the last day of the period
--   enrolled_days         days enrolled by that day, both ends counted
WITH followed AS (
    SELECT
        m.*,
        MAX(COALESCE(m.enrolled_to_day, 99999999)) OVER (
            PARTITION BY m.member_id, m.program
            ORDER BY m.enrolled_from_day, m.case_row
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS enrolled_before
    FROM members m
),
numbered AS (
    SELECT
        f.*,
        SUM(CASE WHEN enrolled_before IS NULL OR enrolled_before + 1 < enrolled_from_day THEN 1 ELSE 0 END) OVER (
            PARTITION BY member_id, program
            ORDER BY enrolled_from_day, case_row
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS enrollment_number
    FROM followed f
),
spans AS (
    SELECT
        member_id,
        program,
        enrollment_number,
        MIN(enrolled_from_day) AS begins_day,
        MAX(COALESCE(enrolled_to_day, 99999999)) AS last_enrolled_day,
        MAX(contract) AS contract
    FROM numbered
    GROUP BY member_id, program, enrollment_number
)
SELECT
    s.member_id AS case_id,
    s.member_id,
    s.program AS unit_program,
    s.contract AS unit_contract,
    s.enrollment_number,
    s.begins_day,
    CASE WHEN s.last_enrolled_day < 99999999 THEN s.last_enrolled_day END AS ends_day,
    CASE WHEN s.begins_day <= r.last_day AND s.last_enrolled_day >= r.last_day THEN 'Y' ELSE 'N' END AS in_force_at_end,
    r.last_day - s.begins_day + 1 AS enrolled_days,
    r.first_day,
    r.last_day
FROM spans s
CROSS JOIN report_period r
