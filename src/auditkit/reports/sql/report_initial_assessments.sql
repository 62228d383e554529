-- One row an enrollment, with its first comprehensive assessment.
--   days_to_done      days from enrollment to the first comprehensive assessment completed while enrolled
--   refused           Y when a refusal is documented
--   unable_to_reach   Y when at least as many attempts to reach the member are documented as policy
--                     hra_outreach_attempts asks for
--   done_before       Y when the assessment of this enrollment bears a day before it began
-- With policy assessment_after_break = first, only a member's first enrollment in the program stands here.
WITH done AS (
    SELECT e.member_id, e.unit_program, e.begins_day, MIN(a.completed_date_day) AS done_day
    FROM report_enrollments e
    JOIN assessments a ON a.member_id = e.member_id
    WHERE a.assessment_type = 'comprehensive'
        AND a.completed_date_day >= e.begins_day
        AND (e.ends_day IS NULL OR a.completed_date_day <= e.ends_day)
    GROUP BY e.member_id, e.unit_program, e.begins_day
),
told AS (
    SELECT
        e.member_id,
        e.unit_program,
        e.begins_day,
        MAX(CASE WHEN a.not_done_reason = 'refused' THEN 1 ELSE 0 END) AS refused,
        MAX(CASE WHEN a.not_done_reason = 'unable_to_reach' AND a.outreach_attempts >= p.hra_outreach_attempts_number
                 THEN 1 ELSE 0 END) AS unable_to_reach,
        MAX(CASE WHEN a.completed_date_day < e.begins_day THEN 1 ELSE 0 END) AS done_before
    FROM report_enrollments e
    CROSS JOIN report_policy p
    JOIN assessments a ON a.member_id = e.member_id
    WHERE a.assessment_type = 'comprehensive'
        AND a.occasion = 'enrollment'
        AND COALESCE(a.occasion_date_day, a.due_date_day) >= e.begins_day
        AND (e.ends_day IS NULL OR COALESCE(a.occasion_date_day, a.due_date_day) <= e.ends_day)
    GROUP BY e.member_id, e.unit_program, e.begins_day
)
SELECT
    e.*,
    d.done_day - e.begins_day AS days_to_done,
    CASE WHEN t.refused = 1 THEN 'Y' ELSE 'N' END AS refused,
    CASE WHEN t.unable_to_reach = 1 THEN 'Y' ELSE 'N' END AS unable_to_reach,
    CASE WHEN t.done_before = 1 THEN 'Y' ELSE 'N' END AS done_before
FROM report_enrollments e
CROSS JOIN report_policy p
LEFT JOIN done d ON d.member_id = e.member_id AND d.unit_program = e.unit_program AND d.begins_day = e.begins_day
LEFT JOIN told t ON t.member_id = e.member_id AND t.unit_program = e.unit_program AND t.begins_day = e.begins_day
WHERE p.assessment_after_break = 'restart' OR e.enrollment_number = 1
