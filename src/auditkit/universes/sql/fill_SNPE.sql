-- SNPCC Table 1: enrollees of a Special Needs Plan.
-- Reads `scoped`: the enrollment spans in scope. Gives text columns named by layout id.
-- One Care and Senior Care Options with Medicare are Special Needs Plans for dual-eligible members (D-SNP).
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    'D-SNP' AS F,
    unbroken_from AS G,
    COALESCE(initial_hra, 'None') AS H,
    COALESCE(recent_hra, 'None') AS I,
    COALESCE(previous_hra, 'None') AS J,
    -- the reason is reported where no assessment was completed at all
    CASE
        WHEN recent_hra IS NOT NULL THEN 'None'
        WHEN not_done_reason = 'refused' THEN 'refused'
        WHEN not_done_reason = 'unable_to_reach' THEN 'unable to reach'
        ELSE 'None' END AS K,
    COALESCE(initial_icp, 'None') AS L,
    COALESCE(recent_icp, 'None') AS M,
    CASE WHEN care_team_assigned = 'Y' THEN 'Assigned' ELSE 'None' END AS N,
    COALESCE(acuity, 'None') AS O,
    CASE care_transition WHEN 'Y' THEN 'Yes' WHEN 'N' THEN 'No' ELSE '' END AS P,
    COALESCE(delegate, 'None') AS Q,
    case_id,
    extract,
    extract_row,
    delegate,
    program
FROM scoped
WHERE reason IS NULL
ORDER BY population_day, case_id, extract, extract_row
