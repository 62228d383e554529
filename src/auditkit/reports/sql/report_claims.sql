-- One row a claim received in the period and a payment rule that governs it.
--   rule        CLM-NC-CLEAN, CLM-NC-OTHER, CLM-MEDICAID-90 or CLM-MEDICAID-99 (a claim stands under both of these);
--               no rule for a claim no payment clock is read for, such as one of a provider under contract
--   timeliness  verdict of that clock: timely, late, pending, not_testable or not_applicable
SELECT
    c.case_id,
    c.unit_program,
    c.unit_contract,
    c.unit_pbp,
    COALESCE(v.rule, 'none') AS rule,
    COALESCE(v.verdict, 'not_tested') AS timeliness,
    c.interest_paid,
    CASE WHEN c.paid_at_day IS NOT NULL THEN 'Y' ELSE 'N' END AS paid
FROM placed_claims c
CROSS JOIN report_period r
LEFT JOIN verdicts_claims v ON v.case_row = c.case_row AND v.clock IN ('payment', 'payment (99 percent)')
WHERE c.received_at_day BETWEEN r.first_day AND r.last_day
