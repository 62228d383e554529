-- One row a reduction, suspension or termination of an approved service decided in the period.
--   timeliness  verdict of the clock of the advance notice (10 days before the action, with the exceptions of
--               42 CFR 431.213 and 431.214): timely, late, not_testable or not_applicable
SELECT
    d.case_id,
    d.unit_program,
    d.unit_contract,
    d.unit_pbp,
    d.action,
    COALESCE(v.verdict, 'not_tested') AS timeliness
FROM placed_reductions d
CROSS JOIN report_period r
LEFT JOIN verdicts_reductions v ON v.case_row = d.case_row AND v.clock = 'advance notice'
WHERE d.decided_at_day BETWEEN r.first_day AND r.last_day
