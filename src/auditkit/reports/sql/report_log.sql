-- The grievance and appeal log: one row an appeal or grievance received or answered in the period, or open at its end.
-- The six fields of 42 CFR 438.416(b): reason, received, review_dates, and for each level what was resolved and when
-- (plan, Independent Review Entity (IRE), Board of Hearings), covered_person. What follows them is beside the rule.
--   answered  Y when the plan decided, resolved or dismissed the case
--   lacking   number of fields that are missing: the reason, the person's name; for an answered case the dates of
--             review, the resolution and its date
WITH persons AS (
    SELECT member_id, MAX(first_name) AS first_name, MAX(last_name) AS last_name
    FROM members
    GROUP BY member_id
),
cases AS (
    SELECT
        'appeal' AS record,
        a.case_id,
        a.case_row,
        a.member_id,
        a.unit_program,
        a.unit_contract,
        a.unit_pbp,
        a.issue_description AS reason,
        a.received_at_date AS received,
        a.received_at_day AS received_day,
        a.review_dates,
        a.status,
        CASE WHEN a.status = 'decided' THEN a.determination END AS plan_resolution,
        a.decided_at_date AS plan_resolved,
        a.decided_at_day AS plan_resolved_day,
        a.ire_outcome AS ire_resolution,
        a.ire_decided_at_date AS ire_resolved,
        a.fair_hearing_outcome AS hearing_resolution,
        a.fair_hearing_decided_at_date AS hearing_resolved,
        a.appeal_type AS request_type,
        a.priority,
        a.extension_taken,
        a.primary_payer,
        CAST(NULL AS VARCHAR(1)) AS accommodation
    FROM placed_appeals a
    UNION ALL
    SELECT
        'grievance' AS record,
        g.case_id,
        g.case_row,
        g.member_id,
        g.unit_program,
        g.unit_contract,
        g.unit_pbp,
        g.issue_description AS reason,
        g.received_at_date AS received,
        g.received_at_day AS received_day,
        g.review_dates,
        g.status,
        CASE WHEN g.status = 'dismissed' THEN 'dismissed'
             WHEN g.status = 'resolved' THEN g.resolution_description END AS plan_resolution,
        g.resolved_at_date AS plan_resolved,
        g.resolved_at_day AS plan_resolved_day,
        CAST(NULL AS VARCHAR(40)) AS ire_resolution,
        CAST(NULL AS VARCHAR(10)) AS ire_resolved,
        CAST(NULL AS VARCHAR(40)) AS hearing_resolution,
        CAST(NULL AS VARCHAR(10)) AS hearing_resolved,
        CASE WHEN g.part = 'D' THEN 'Part D' ELSE 'Part C or MassHealth' END AS request_type,
        g.priority,
        g.extension_taken,
        CAST(NULL AS VARCHAR(10)) AS primary_payer,
        g.accommodation
    FROM placed_grievances g
),
told AS (
    SELECT
        c.*,
        CASE WHEN n.first_name IS NOT NULL AND n.last_name IS NOT NULL THEN CONCAT(n.first_name, ' ', n.last_name) END
            AS covered_person,
        CASE WHEN u.member_id IS NOT NULL THEN 'Y' ELSE 'N' END AS ltss_user,
        CASE WHEN c.status IN ('decided', 'resolved', 'dismissed') THEN 'Y' ELSE 'N' END AS answered
    FROM cases c
    CROSS JOIN report_period r
    LEFT JOIN persons n ON n.member_id = c.member_id
    LEFT JOIN report_ltss_users u ON u.member_id = c.member_id
    WHERE c.received_day BETWEEN r.first_day AND r.last_day
        OR c.plan_resolved_day BETWEEN r.first_day AND r.last_day
        OR (c.received_day < r.first_day AND (c.status = 'pending' OR c.plan_resolved_day > r.last_day))
)
SELECT
    told.*,
    CASE WHEN reason IS NULL THEN 1 ELSE 0 END
        + CASE WHEN covered_person IS NULL THEN 1 ELSE 0 END
        + CASE WHEN answered = 'Y' AND review_dates IS NULL THEN 1 ELSE 0 END
        + CASE WHEN answered = 'Y' AND plan_resolution IS NULL THEN 1 ELSE 0 END
        + CASE WHEN answered = 'Y' AND plan_resolved IS NULL THEN 1 ELSE 0 END AS lacking
FROM told
