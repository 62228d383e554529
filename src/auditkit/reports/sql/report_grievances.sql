-- One row a grievance: where it stands at the end of the period, and its timeliness.
--   resolved    resolved in the period; a withdrawal or dismissal resolves nothing
--   active      received by the last day of the period and not resolved by then
--   filed       received in the period
--   timeliness  verdict of the resolution clock of the rule that governs the grievance: timely, late or not tested
WITH timed AS (
    SELECT
        case_row,
        MAX(CASE WHEN verdict = 'timely' THEN 1 ELSE 0 END) AS timely,
        MAX(CASE WHEN verdict = 'late' THEN 1 ELSE 0 END) AS late
    FROM verdicts_grievances
    WHERE clock = 'resolution'
    GROUP BY case_row
)
SELECT
    g.*,
    CASE WHEN g.status = 'resolved' AND g.resolved_at_day BETWEEN r.first_day AND r.last_day
         THEN 'Y' ELSE 'N' END AS resolved,
    CASE WHEN g.received_at_day <= r.last_day
              AND (g.status = 'pending' OR (g.status = 'resolved' AND g.resolved_at_day > r.last_day))
         THEN 'Y' ELSE 'N' END AS active,
    CASE WHEN g.received_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS filed,
    CASE WHEN u.member_id IS NOT NULL THEN 'Y' ELSE 'N' END AS ltss_user,
    CASE WHEN t.late = 1 THEN 'late' WHEN t.timely = 1 THEN 'timely' ELSE 'not tested' END AS timeliness
FROM placed_grievances g
CROSS JOIN report_period r
LEFT JOIN report_ltss_users u ON u.member_id = g.member_id
LEFT JOIN timed t ON t.case_row = g.case_row
