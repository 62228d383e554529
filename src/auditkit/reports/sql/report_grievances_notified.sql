-- Grievances by the day on which the enrollee was notified, for Part C and Part D reporting.
-- Timeliness is that of the clocks; a case they could not test is neither timely nor late.
SELECT
    case_id,
    unit_program,
    unit_contract,
    unit_pbp,
    part,
    priority,
    state,
    CASE WHEN count_day BETWEEN first_day AND last_day THEN 'Y' ELSE 'N' END AS in_period,
    CASE verdict WHEN 'timely' THEN 'Y' WHEN 'late' THEN 'N' ELSE 'not testable' END AS timely
FROM (
    SELECT
        g.*,
        p.first_day,
        p.last_day,
        v.verdict,
        CASE
            WHEN g.status <> 'resolved' THEN g.status
            WHEN g.written_notified_at_day IS NULL AND g.oral_notified_at_day IS NULL THEN 'resolved without notice'
            ELSE 'notified' END AS state,
        COALESCE(g.written_notified_at_day, g.oral_notified_at_day, g.resolved_at_day, g.received_at_day) AS count_day
    FROM placed_grievances g
    CROSS JOIN report_period p
    LEFT JOIN verdicts_grievances v ON v.case_row = g.case_row AND v.clock = 'resolution'
) grievances_told
