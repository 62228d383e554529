-- One row a request for coverage received in the period, with what became of it by the day of the extract.
--   outcome           approved, denied, partially_denied, dismissed, withdrawn, pending, or not_stated
--   service_category  as in the extract; not_stated where it is missing
--   reason            of a denial in whole or in part: as in the extract; not_stated where it is missing
--   timeliness        verdict of the decision clock: timely, late, pending, not_testable or not_applicable
SELECT
    a.case_id,
    a.unit_program,
    a.unit_contract,
    a.unit_pbp,
    a.priority,
    COALESCE(a.service_category, 'not_stated') AS service_category,
    CASE WHEN a.status IN ('withdrawn', 'pending') THEN a.status
         ELSE COALESCE(a.determination, 'not_stated') END AS outcome,
    CASE WHEN a.status = 'decided' AND a.determination IN ('denied', 'partially_denied')
         THEN COALESCE(a.denial_reason, 'not_stated') END AS reason,
    COALESCE(v.verdict, 'not_tested') AS timeliness
FROM placed_authorizations a
CROSS JOIN report_period r
LEFT JOIN verdicts_authorizations v ON v.case_row = a.case_row AND v.clock = 'decision'
WHERE a.received_at_day BETWEEN r.first_day AND r.last_day
