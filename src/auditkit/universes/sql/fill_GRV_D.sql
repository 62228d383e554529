-- CDAG Table 6: Part D grievances.
-- Reads `scoped`: the grievances in scope, each with its member's span. Gives text columns named by layout id.
-- The time of receipt is reported for expedited grievances and says None elsewhere.
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    received_at_date AS F,
    CASE WHEN by_the_hour = 1 THEN COALESCE(received_at_time, 'None') ELSE 'None' END AS G,
    CASE received_how WHEN 'oral' THEN 'Oral' WHEN 'written' THEN 'Written' ELSE '' END AS H,
    CASE WHEN filed_by = 'enrollee_representative' THEN COALESCE(aor_received_at_date, 'None') ELSE 'None' END AS I,
    CASE WHEN by_the_hour = 1 THEN 'Expedited' ELSE 'Standard' END AS J,
    CASE extension_taken WHEN 'Y' THEN 'Yes' WHEN 'N' THEN 'No' ELSE '' END AS K,
    COALESCE(issue_description, '') AS L,
    COALESCE(category, '') AS M,
    COALESCE(oral_notified_at_date, 'None') AS N,
    COALESCE(oral_notified_at_time, 'None') AS O,
    COALESCE(written_notified_at_date, 'None') AS P,
    COALESCE(written_notified_at_time, 'None') AS Q,
    COALESCE(resolution_description, '') AS R,
    CASE status WHEN 'resolved' THEN 'Resolved' WHEN 'dismissed' THEN 'Dismissed' ELSE '' END AS S,
    COALESCE(delegate, 'None') AS T,
    case_id,
    extract,
    extract_row,
    delegate,
    program
FROM (
    SELECT
        scoped.*,
        CASE WHEN priority = 'expedited' THEN 1 ELSE 0 END AS by_the_hour
    FROM scoped
    WHERE reason IS NULL
) cases
ORDER BY population_day, case_id, extract, extract_row
