-- One row a decision of the plan the Board of Hearings reversed, whose notice came in the period.
--   timeliness  verdict of the effectuation clock (72 hours from the notice): timely, late, pending or not_testable
SELECT
    e.case_id,
    e.unit_program,
    e.unit_contract,
    e.unit_pbp,
    COALESCE(v.verdict, 'not_tested') AS timeliness
FROM placed_effectuations e
CROSS JOIN report_period r
LEFT JOIN verdicts_effectuations v ON v.case_row = e.case_row AND v.clock = 'effectuation'
WHERE e.overturned_by = 'fair_hearing'
    AND e.overturn_received_at_day BETWEEN r.first_day AND r.last_day
