-- One row a critical incident the plan learned of in the period, with what its member filed in the year before:
--   appeal_before     Y when the member filed an appeal that counts for MCPAR on one of the 365 days before the day
--                     on which the plan learned of the incident
--   grievance_before  the same of a grievance
WITH after_appeal AS (
    SELECT i.case_row, MIN(a.case_row) AS appeal_row
    FROM critical_incidents i
    JOIN report_appeals a ON a.member_id = i.member_id
    WHERE a.counts = 'Y' AND a.received_at_day BETWEEN i.known_at_day - 365 AND i.known_at_day - 1
    GROUP BY i.case_row
),
after_grievance AS (
    SELECT i.case_row, MIN(g.case_row) AS grievance_row
    FROM critical_incidents i
    JOIN report_grievances g ON g.member_id = i.member_id
    WHERE g.received_at_day BETWEEN i.known_at_day - 365 AND i.known_at_day - 1
    GROUP BY i.case_row
)
SELECT
    i.case_row,
    i.incident_id AS case_id,
    i.unit_program,
    i.unit_contract,
    i.unit_pbp,
    CASE WHEN u.member_id IS NOT NULL THEN 'Y' ELSE 'N' END AS ltss_user,
    CASE WHEN a.case_row IS NOT NULL THEN 'Y' ELSE 'N' END AS appeal_before,
    CASE WHEN g.case_row IS NOT NULL THEN 'Y' ELSE 'N' END AS grievance_before
FROM placed_critical_incidents i
CROSS JOIN report_period r
LEFT JOIN report_ltss_users u ON u.member_id = i.member_id
LEFT JOIN after_appeal a ON a.case_row = i.case_row
LEFT JOIN after_grievance g ON g.case_row = i.case_row
WHERE i.known_at_day BETWEEN r.first_day AND r.last_day
