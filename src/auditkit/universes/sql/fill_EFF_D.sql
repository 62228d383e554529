-- CDAG Table 5: Part D decisions overturned by an outside reviewer, and when the plan carried them out.
-- Reads `scoped`: the overturns in scope, each with its member's span. Gives text columns named by layout id.
-- A payment case has no times, as the layout is recalled.
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    COALESCE(drug, '') AS F,
    case_id AS G,
    CASE WHEN request_kind = 'payment' THEN 'payment' ELSE priority END AS H,
    CASE overturned_by
        WHEN 'ire' THEN 'IRE'
        WHEN 'alj' THEN 'ALJ or attorney adjudicator (OMHA)'
        WHEN 'council' THEN 'Medicare Appeals Council'
        WHEN 'court' THEN 'court'
        ELSE '' END AS I,
    overturn_received_at_date AS J,
    CASE WHEN request_kind = 'payment' THEN 'None' ELSE COALESCE(overturn_received_at_time, 'None') END AS K,
    COALESCE(effectuated_at_date, 'None') AS L,
    CASE WHEN request_kind = 'payment' THEN 'None' ELSE COALESCE(effectuated_at_time, 'None') END AS M,
    CASE WHEN request_kind = 'payment' THEN COALESCE(paid_at_date, 'None') ELSE 'None' END AS N,
    COALESCE(delegate, 'None') AS O,
    case_id,
    extract,
    extract_row,
    delegate,
    program
FROM scoped
WHERE reason IS NULL
ORDER BY population_day, case_id, extract, extract_row
