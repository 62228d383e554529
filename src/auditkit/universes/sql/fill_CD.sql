-- CDAG Table 1: coverage determinations that are neither exceptions nor about payment.
-- Reads `scoped`: the requests in scope, each with its member's span. Gives text columns named by layout id.
-- Every limit runs by the hour, so every date has its time.
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    COALESCE(drug, '') AS F,
    case_id AS G,
    received_at_date AS H,
    COALESCE(received_at_time, '') AS I,
    CASE WHEN by_representative = 1 THEN COALESCE(aor_received_at_date, 'None') ELSE 'None' END AS J,
    CASE WHEN by_representative = 1 THEN COALESCE(aor_received_at_time, 'None') ELSE 'None' END AS K,
    processed_as AS L,
    outcome AS M,
    COALESCE(decided_date, 'None') AS N,
    COALESCE(decided_time, '') AS O,
    COALESCE(oral_notified_at_date, 'None') AS P,
    COALESCE(oral_notified_at_time, 'None') AS Q,
    COALESCE(written_notified_at_date, 'None') AS R,
    COALESCE(written_notified_at_time, 'None') AS S,
    -- effectuation is reported for approvals only
    CASE WHEN outcome = 'Approved' THEN COALESCE(effectuated_at_date, 'None') ELSE 'None' END AS T,
    CASE WHEN outcome = 'Approved' THEN COALESCE(effectuated_at_time, 'None') ELSE 'None' END AS U,
    asked_by AS V,
    COALESCE(issue_description, '') AS W,
    CASE WHEN outcome = 'Denied' THEN for_necessity ELSE 'None' END AS X,
    COALESCE(ire_forwarded_at_date, 'None') AS Y,
    COALESCE(ire_forwarded_at_time, 'None') AS Z,
    COALESCE(delegate, 'None') AS AA,
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
        CASE WHEN decided_at_date IS NULL AND determination = 'forwarded_to_ire'
            THEN ire_forwarded_at_time ELSE decided_at_time END AS decided_time,
        CASE WHEN requester = 'enrollee_representative' THEN 1 ELSE 0 END AS by_representative,
        CASE requester
            WHEN 'enrollee' THEN 'enrollee'
            WHEN 'enrollee_representative' THEN 'enrollee''s representative'
            WHEN 'prescriber' THEN 'prescriber or other authorised requester'
            ELSE '' END AS asked_by,
        CASE WHEN priority = 'expedited' THEN 'Expedited' ELSE 'Standard' END AS processed_as,
        CASE medical_necessity_denial WHEN 'Y' THEN 'Yes' WHEN 'N' THEN 'No' ELSE '' END AS for_necessity
    FROM scoped
    WHERE reason IS NULL
) cases
ORDER BY population_day, case_id, extract, extract_row
