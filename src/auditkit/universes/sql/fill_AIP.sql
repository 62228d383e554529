-- ODAG Table 6: reductions, suspensions and terminations by an applicable integrated plan.
-- Reads `scoped`: the actions in scope, each with its member's span. Gives text columns named by layout id.
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    COALESCE(delegate, 'None') AS F,
    case_id AS G,
    CASE action
        WHEN 'reduction' THEN 'Reduction'
        WHEN 'suspension' THEN 'Suspension'
        WHEN 'termination' THEN 'Termination'
        ELSE '' END AS H,
    decided_at_date AS I,
    COALESCE(notice_sent_at_date, 'None') AS J,
    COALESCE(effective_date, 'None') AS K,
    COALESCE(continuation_requested, 'None') AS L,
    COALESCE(issue_description, '') AS M,
    case_id,
    extract,
    extract_row,
    delegate,
    program
FROM scoped
WHERE reason IS NULL
ORDER BY population_day, case_id, extract, extract_row
