-- ODAG Table 5: Part C grievances.
-- Reads `scoped`: the grievances in scope, each with its member's span.
-- Gives text columns named by layout id.
-- Times are reported for expedited grievances and say None elsewhere.
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    COALESCE(delegate, 'None') AS F,
    case_id AS G,
    received_at_date AS H,
    CASE WHEN by_the_hour = 1 THEN COALESCE(received_at_time, 'None') ELSE 'None' END AS I,
    CASE WHEN by_representative = 1 THEN COALESCE(aor_received_at_date, 'None') ELSE 'None' END AS J,
    CASE WHEN by_representative = 1 AND by_the_hour = 1
        THEN COALESCE(aor_received_at_time, 'None') ELSE 'None' END AS K,
    CASE WHEN priority = 'expedited' THEN 'E' ELSE 'S' END AS L,
    COALESCE(extension_taken, '') AS M,
    CASE received_how WHEN 'oral' THEN 'Oral' WHEN 'written' THEN 'Written' ELSE '' END AS N,
    COALESCE(category, '') AS O,
    COALESCE(issue_description, '') AS P,
    COALESCE(quality_of_care, '') AS Q,
    COALESCE(oral_notified_at_date, 'None') AS R,
    CASE WHEN by_the_hour = 1 THEN COALESCE(oral_notified_at_time, 'None') ELSE 'None' END AS S,
    COALESCE(written_notified_at_date, 'None') AS T,
    CASE WHEN by_the_hour = 1 THEN COALESCE(written_notified_at_time, 'None') ELSE 'None' END AS U,
    COALESCE(resolution_description, '') AS V,
    CASE WHEN by_representative = 1 THEN 'ER' ELSE 'E' END AS W,
    case_id,
    extract,
    extract_row,
    delegate,
    program
FROM (
    SELECT
        scoped.*,
        CASE WHEN priority = 'expedited' THEN 1 ELSE 0 END AS by_the_hour,
        CASE WHEN filed_by = 'enrollee_representative' THEN 1 ELSE 0 END AS by_representative
    FROM scoped
    WHERE reason IS NULL
) cases
ORDER BY population_day, case_id, extract, extract_row
