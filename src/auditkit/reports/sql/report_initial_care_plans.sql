-- One row an enrollment, with its first individualized care plan.
--   days_to_done     days from enrollment to the first care plan completed while enrolled
--   agreed           Y when the member agreed to a care plan of this enrollment by the last day of the period
--   refused, unable_to_reach  Y when no care plan of this enrollment was completed and the reason is documented;
--                    the second with as many attempts as policy hra_outreach_attempts asks for. The reason bears no
--                    date, so that it is taken to be about the enrollment without a care plan.
-- With policy assessment_after_break = first, only a member's first enrollment in the program stands here.
WITH done AS (
    SELECT
        e.member_id,
        e.unit_program,
        e.begins_day,
        MIN(c.completed_date_day) AS done_day,
        MAX(CASE WHEN c.signed_date_day <= e.last_day THEN 1 ELSE 0 END) AS agreed
    FROM report_enrollments e
    JOIN care_plans c ON c.member_id = e.member_id
    WHERE c.completed_date_day >= e.begins_day AND (e.ends_day IS NULL OR c.completed_date_day <= e.ends_day)
    GROUP BY e.member_id, e.unit_program, e.begins_day
),
reasons AS (
    SELECT
        c.member_id,
        MAX(CASE WHEN c.not_done_reason = 'refused' THEN 1 ELSE 0 END) AS refused,
        MAX(CASE WHEN c.not_done_reason = 'unable_to_reach' AND c.outreach_attempts >= p.hra_outreach_attempts_number
                 THEN 1 ELSE 0 END) AS unable_to_reach
    FROM care_plans c
    CROSS JOIN report_policy p
    WHERE c.completed_date_day IS NULL
    GROUP BY c.member_id
)
SELECT
    e.*,
    d.done_day - e.begins_day AS days_to_done,
    CASE WHEN d.agreed = 1 THEN 'Y' ELSE 'N' END AS agreed,
    CASE WHEN d.done_day IS NULL AND t.refused = 1 THEN 'Y' ELSE 'N' END AS refused,
    CASE WHEN d.done_day IS NULL AND t.unable_to_reach = 1 THEN 'Y' ELSE 'N' END AS unable_to_reach
FROM report_enrollments e
CROSS JOIN report_policy p
LEFT JOIN done d ON d.member_id = e.member_id AND d.unit_program = e.unit_program AND d.begins_day = e.begins_day
LEFT JOIN reasons t ON t.member_id = e.member_id
WHERE p.assessment_after_break = 'restart' OR e.enrollment_number = 1
