-- ODAG Table 4: decisions overturned by an outside reviewer, and when the plan carried them out.
-- Reads `scoped`: the overturns in scope, each with its member's span. Gives text columns named by layout id.
-- Times are reported where the limit is in hours: services overturned by the IRE, and Part B drugs.
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    COALESCE(delegate, 'None') AS F,
    case_id AS G,
    CASE request_kind WHEN 'pre_service' THEN 'Pre-service' WHEN 'payment' THEN 'Payment' ELSE '' END AS H,
    COALESCE(part_b_drug, '') AS I,
    CASE WHEN priority = 'expedited' THEN 'E' ELSE 'S' END AS J,
    CASE overturned_by WHEN 'ire' THEN 'IRE' WHEN 'alj' THEN 'ALJ' WHEN 'council' THEN 'MAC' ELSE '' END AS K,
    overturn_received_at_date AS L,
    CASE WHEN by_the_hour = 1 THEN COALESCE(overturn_received_at_time, 'None') ELSE 'None' END AS M,
    COALESCE(effectuated_at_date, 'None') AS N,
    CASE WHEN by_the_hour = 1 THEN COALESCE(effectuated_at_time, 'None') ELSE 'None' END AS O,
    CASE WHEN request_kind = 'payment' THEN COALESCE(interest_paid, 'None') ELSE 'None' END AS P,
    COALESCE(issue_description, '') AS Q,
    case_id,
    extract,
    extract_row,
    delegate,
    program
FROM (
    SELECT
        scoped.*,
        CASE WHEN request_kind = 'pre_service' AND (overturned_by = 'ire' OR part_b_drug = 'Y')
            THEN 1 ELSE 0 END AS by_the_hour
    FROM scoped
    WHERE reason IS NULL
) cases
ORDER BY population_day, case_id, extract, extract_row
