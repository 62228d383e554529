-- CDAG Table 3: enrollees' requests to be paid back, as coverage determinations (CD) and redeterminations (RD).
-- Reads `scoped`: the requests in scope, each with its member's span. Gives text columns named by layout id.
-- Every limit runs by the day, so the table has no times.
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    COALESCE(drug, '') AS F,
    case_id AS G,
    request_type AS H,
    received_at_date AS I,
    CASE WHEN by_representative = 1 THEN COALESCE(aor_received_at_date, 'None') ELSE 'None' END AS J,
    outcome AS K,
    COALESCE(decided_date, '') AS L,
    COALESCE(written_notified_at_date, 'None') AS M,
    CASE WHEN outcome = 'Approved' THEN COALESCE(paid_at_date, 'None') ELSE 'None' END AS N,
    asked_by AS O,
    COALESCE(issue_description, '') AS P,
    CASE WHEN outcome = 'Denied' THEN for_necessity ELSE 'None' END AS Q,
    COALESCE(ire_forwarded_at_date, 'None') AS R,
    COALESCE(delegate, 'None') AS S,
    case_id,
    extract,
    extract_row,
    delegate,
    program
FROM (
    SELECT
        scoped.*,
        -- a partial approval is reported as Denied
        CASE
            WHEN determination = 'approved' THEN 'Approved'
            WHEN determination IN ('denied', 'partially_denied') THEN 'Denied'
            WHEN determination = 'dismissed' THEN 'Dismissed'
            WHEN determination = 'forwarded_to_ire' THEN 'IRE auto-forward'
            ELSE '' END AS outcome,
        -- a case that was never decided carries the moment at which it went to the IRE
        CASE WHEN decided_at_date IS NULL AND determination = 'forwarded_to_ire'
            THEN ire_forwarded_at_date ELSE decided_at_date END AS decided_date,
        CASE WHEN requester = 'enrollee_representative' THEN 1 ELSE 0 END AS by_representative,
        CASE requester
            WHEN 'enrollee' THEN 'enrollee'
            WHEN 'enrollee_representative' THEN 'enrollee''s representative'
            WHEN 'prescriber' THEN 'prescriber or other authorised requester'
            ELSE '' END AS asked_by,
        CASE medical_necessity_denial WHEN 'Y' THEN 'Yes' WHEN 'N' THEN 'No' ELSE '' END AS for_necessity
    FROM scoped
    WHERE reason IS NULL
) cases
ORDER BY population_day, case_id, extract, extract_row
