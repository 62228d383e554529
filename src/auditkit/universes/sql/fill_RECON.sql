-- ODAG Table 2: reconsiderations before a service.
-- Reads `scoped`: the appeals in scope, each with its member's span. Gives text columns named by layout id.
-- Times are reported for expedited cases; a standard Part B drug reconsideration runs by the day.
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
    COALESCE(part_b_drug, '') AS J,
    CASE WHEN by_representative = 1 THEN COALESCE(aor_received_at_date, 'None') ELSE 'None' END AS K,
    CASE WHEN by_representative = 1 AND by_the_hour = 1
        THEN COALESCE(aor_received_at_time, 'None') ELSE 'None' END AS L,
    outcome AS M,
    CASE WHEN priority = 'expedited' THEN 'E' ELSE 'S' END AS N,
    COALESCE(extension_taken, '') AS O,
    decided_at_date AS P,
    CASE WHEN by_the_hour = 1 THEN COALESCE(decided_at_time, 'None') ELSE 'None' END AS Q,
    COALESCE(oral_notified_at_date, 'None') AS R,
    CASE WHEN by_the_hour = 1 THEN COALESCE(oral_notified_at_time, 'None') ELSE 'None' END AS S,
    COALESCE(written_notified_at_date, 'None') AS T,
    CASE WHEN by_the_hour = 1 THEN COALESCE(written_notified_at_time, 'None') ELSE 'None' END AS U,
    -- effectuation is reported for the plan's own full reversals only
    CASE WHEN outcome = 'Approved' THEN COALESCE(effectuated_at_date, 'None') ELSE 'None' END AS V,
    CASE WHEN outcome = 'Approved' AND by_the_hour = 1
        THEN COALESCE(effectuated_at_time, 'None') ELSE 'None' END AS W,
    COALESCE(ire_forwarded_at_date, 'None') AS X,
    CASE WHEN by_the_hour = 1 THEN COALESCE(ire_forwarded_at_time, 'None') ELSE 'None' END AS Y,
    CASE requester
        WHEN 'enrollee' THEN 'E'
        WHEN 'enrollee_representative' THEN 'ER'
        WHEN 'contract_provider' THEN 'CP'
        WHEN 'noncontract_provider' THEN 'NCP'
        ELSE '' END AS Z,
    COALESCE(issue_description, '') AS AA,
    CASE
        WHEN priority = 'standard' AND priority_requested = 'expedited' THEN 'Y'
        WHEN priority = 'standard' AND priority_requested = 'standard' THEN 'N'
        ELSE 'None' END AS AB,
    COALESCE(medical_necessity_denial, 'None') AS AC,
    case_id,
    extract,
    extract_row,
    delegate,
    program,
    benefit
FROM (
    SELECT
        scoped.*,
        CASE WHEN priority = 'expedited' THEN 1 ELSE 0 END AS by_the_hour,
        CASE WHEN requester = 'enrollee_representative' THEN 1 ELSE 0 END AS by_representative,
        -- a decision upheld in part is reported as Denied
        CASE
            WHEN determination = 'approved' THEN 'Approved'
            WHEN determination IN ('denied', 'partially_denied') THEN 'Denied'
            WHEN determination = 'dismissed' THEN 'Dismissed'
            ELSE '' END AS outcome
    FROM scoped
    WHERE reason IS NULL
) cases
ORDER BY population_day, case_id, extract, extract_row
