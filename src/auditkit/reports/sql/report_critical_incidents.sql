-- One row a critical incident.
--   known, reported, closed  Y when that happened in the period; open_at_end: known and not closed by its last day
--   ltss_user                Y when the member had a long-term service or support (LTSS) in the period
--   started_in_time          the investigation began within policy incident_investigation_hours of the plan's
--                            knowledge; resolved_in_time: closed within policy incident_resolution_days (calendar
--                            days); N where the moment is missing
--   action_due               Y when a required corrective action fell due in the period; action_in_time: done by then.
--                            The due day is the one recorded, or so many days after closing, as policy
--                            incident_corrective_action says
WITH due AS (
    SELECT
        i.*,
        CASE WHEN i.corrective_action_due_day IS NULL THEN NULL
             WHEN p.incident_corrective_action = 'recorded' THEN i.corrective_action_due_day
             ELSE i.closed_at_day + p.incident_corrective_action_number END AS action_day
    FROM placed_critical_incidents i
    CROSS JOIN report_policy p
)
SELECT
    i.incident_id AS case_id,
    i.unit_program,
    i.unit_contract,
    i.unit_pbp,
    CASE WHEN i.known_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS known,
    CASE WHEN i.reported_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS reported,
    CASE WHEN i.reported_at_day IS NULL OR i.reported_at_day > r.last_day THEN 'Y' ELSE 'N' END AS unreported,
    CASE WHEN i.closed_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS closed,
    CASE WHEN i.known_at_day <= r.last_day AND (i.closed_at_day IS NULL OR i.closed_at_day > r.last_day)
         THEN 'Y' ELSE 'N' END AS open_at_end,
    i.substantiated,
    i.reported_at_sec - i.known_at_sec AS seconds_to_report,
    i.closed_at_day - i.known_at_day AS days_to_close,
    CASE WHEN u.member_id IS NOT NULL THEN 'Y' ELSE 'N' END AS ltss_user,
    CASE WHEN i.investigation_started_at_sec - i.known_at_sec <= 3600 * p.incident_investigation_hours_number
         THEN 'Y' ELSE 'N' END AS started_in_time,
    CASE WHEN i.closed_at_day - i.known_at_day <= p.incident_resolution_days_number
         THEN 'Y' ELSE 'N' END AS resolved_in_time,
    CASE WHEN i.action_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS action_due,
    CASE WHEN i.corrective_action_done_day <= i.action_day THEN 'Y' ELSE 'N' END AS action_in_time
FROM due i
CROSS JOIN report_period r
CROSS JOIN report_policy p
LEFT JOIN report_ltss_users u ON u.member_id = i.member_id
