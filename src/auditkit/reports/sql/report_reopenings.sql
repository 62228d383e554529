-- Reopened decisions of Part C and Part D reporting, one row a reopening.
SELECT
    case_id,
    unit_program,
    unit_contract,
    unit_pbp,
    part,
    level,
    CASE WHEN reopened_date_day BETWEEN p.first_day AND p.last_day THEN 'Y' ELSE 'N' END AS in_period
FROM placed_reopenings
CROSS JOIN report_period p
