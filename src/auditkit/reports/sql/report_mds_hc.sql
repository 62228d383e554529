-- One row a Minimum Data Set - Home Care (MDS-HC), with the rule of its rating category and occasion.
--   rating_category  the member's, on the day from which the limit counts
--   limit_days       days from that day to the last on which it is timely (table mds_hc_limits); nothing where no
--                    rule is known for the program, category and occasion
--   due_in_period    Y when that last day falls in the period and the member had not left or died
--   days_to_done     days from that day to completion; submitted: Y when sent to MassHealth
WITH rated AS (
    SELECT a.case_row, MAX(m.rating_category) AS rating_category
    FROM assessments a
    JOIN members m ON m.member_id = a.member_id
    WHERE a.assessment_type = 'mds_hc'
        AND m.enrolled_from_day <= COALESCE(a.occasion_date_day, a.due_date_day)
        AND (m.enrolled_to_day IS NULL OR m.enrolled_to_day >= COALESCE(a.occasion_date_day, a.due_date_day))
    GROUP BY a.case_row
),
limited AS (
    SELECT
        a.*,
        t.rating_category,
        l.limit_days,
        CASE WHEN l.limit_days IS NOT NULL THEN a.occasion_date_day + l.limit_days END AS last_timely_day
    FROM placed_assessments a
    LEFT JOIN rated t ON t.case_row = a.case_row
    LEFT JOIN mds_hc_limits l
        ON l.program = a.unit_program AND l.occasion = a.occasion
        AND t.rating_category LIKE CONCAT(l.rating_category, '%')
    WHERE a.assessment_type = 'mds_hc'
)
SELECT
    m.assessment_id AS case_id,
    m.unit_program,
    m.unit_contract,
    m.unit_pbp,
    m.occasion,
    m.rating_category,
    m.limit_days,
    CASE WHEN m.last_timely_day BETWEEN r.first_day AND r.last_day
              AND COALESCE(m.not_done_reason, 'none') NOT IN ('disenrolled', 'deceased')
         THEN 'Y' ELSE 'N' END AS due_in_period,
    CASE WHEN m.last_timely_day BETWEEN r.first_day AND r.last_day
              AND m.not_done_reason IN ('disenrolled', 'deceased')
         THEN 'Y' ELSE 'N' END AS left_before_due,
    CASE WHEN m.limit_days IS NULL AND m.occasion_date_day BETWEEN r.first_day AND r.last_day
         THEN 'Y' ELSE 'N' END AS without_rule,
    CASE WHEN m.completed_date_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS completed_in_period,
    CASE WHEN m.submitted_at_day <= r.last_day THEN 'Y' ELSE 'N' END AS submitted,
    m.completed_date_day - m.occasion_date_day AS days_to_done,
    m.submitted_at_day - m.completed_date_day AS days_to_submit
FROM limited m
CROSS JOIN report_period r
