-- One row an enrollment of a member with a need for long-term services and supports (LTSS).
--   days_to_referral  days from enrollment to the day on which a coordinator was assigned, while enrolled
WITH needs AS (
    SELECT member_id
    FROM care_plans
    WHERE ltss_need = 'Y'
    GROUP BY member_id
),
referred AS (
    SELECT e.member_id, e.unit_program, e.begins_day, MIN(c.coordinator_assigned_date_day) AS referral_day
    FROM report_enrollments e
    JOIN care_plans c ON c.member_id = e.member_id
    WHERE c.coordinator_assigned_date_day >= e.begins_day
        AND (e.ends_day IS NULL OR c.coordinator_assigned_date_day <= e.ends_day)
    GROUP BY e.member_id, e.unit_program, e.begins_day
)
SELECT e.*, f.referral_day - e.begins_day AS days_to_referral
FROM report_enrollments e
JOIN needs n ON n.member_id = e.member_id
LEFT JOIN referred f ON f.member_id = e.member_id AND f.unit_program = e.unit_program AND f.begins_day = e.begins_day
