-- One row a member with home and community-based services (HCBS) in the period who is enrolled on its last day.
-- HCBS: every long-term service or support but a nursing facility.
--   enrolled_days  days of unbroken enrollment by the last day, both ends counted
--   reassessed     Y when a comprehensive assessment or MDS-HC was completed in the period
--   plan_reviewed  Y when a care plan was completed or revised in the period on or after the first of these
WITH users AS (
    SELECT s.member_id
    FROM ltss_services s
    CROSS JOIN report_period r
    WHERE s.service <> 'nursing_facility'
        AND s.service_from_day <= r.last_day
        AND (s.service_to_day IS NULL OR s.service_to_day >= r.first_day)
    GROUP BY s.member_id
),
reassessed AS (
    SELECT a.member_id, MIN(a.completed_date_day) AS reassessed_day
    FROM assessments a
    CROSS JOIN report_period r
    WHERE a.assessment_type IN ('comprehensive', 'mds_hc')
        AND a.completed_date_day BETWEEN r.first_day AND r.last_day
    GROUP BY a.member_id
),
reviewed AS (
    SELECT c.member_id, MAX(c.completed_date_day) AS reviewed_day
    FROM care_plans c
    CROSS JOIN report_period r
    WHERE c.completed_date_day BETWEEN r.first_day AND r.last_day
    GROUP BY c.member_id
)
SELECT
    e.case_id,
    e.unit_program,
    e.unit_contract,
    e.enrolled_days,
    CASE WHEN a.member_id IS NOT NULL THEN 'Y' ELSE 'N' END AS reassessed,
    CASE WHEN v.reviewed_day >= a.reassessed_day THEN 'Y' ELSE 'N' END AS plan_reviewed
FROM report_enrollments e
JOIN users u ON u.member_id = e.member_id
LEFT JOIN reassessed a ON a.member_id = e.member_id
LEFT JOIN reviewed v ON v.member_id = e.member_id
WHERE e.in_force_at_end = 'Y'
