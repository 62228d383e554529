-- ODAG Table 3: payment organization determinations and reconsiderations.
-- Reads `scoped`: the requests for payment in scope, each with its member's span.
-- Gives text columns named by layout id.
SELECT
    COALESCE(first_name, '') AS A,
    COALESCE(last_name, '') AS B,
    COALESCE(mbi, '') AS C,
    COALESCE(contract, '') AS D,
    COALESCE(pbp, '') AS E,
    COALESCE(delegate, 'None') AS F,
    case_id AS G,
    received_at_date AS H,
    CASE WHEN requester = 'enrollee_representative'
        THEN COALESCE(aor_received_at_date, 'None') ELSE 'None' END AS I,
    CASE WHEN request_type = 'RECON' AND requester = 'noncontract_provider'
        THEN COALESCE(waiver_received_at_date, 'None') ELSE 'None' END AS J,
    request_type AS K,
    outcome AS L,
    CASE WHEN provider_claim = 1 THEN COALESCE(clean, '') ELSE 'None' END AS M,
    decided_at_date AS N,
    CASE WHEN outcome = 'Approved' THEN COALESCE(paid_at_date, 'None') ELSE 'None' END AS O,
    CASE
        WHEN provider_claim = 0 OR clean IS NULL OR clean <> 'Y' THEN 'None'
        WHEN outcome = 'Approved' THEN COALESCE(interest_paid, '')
        ELSE COALESCE(interest_paid, 'None') END AS P,
    COALESCE(enrollee_notified_at_date, 'None') AS Q,
    COALESCE(provider_notified_at_date, 'None') AS R,
    COALESCE(ire_forwarded_at_date, 'None') AS S,
    CASE requester
        WHEN 'enrollee' THEN 'E'
        WHEN 'enrollee_representative' THEN 'ER'
        WHEN 'contract_provider' THEN 'CP'
        WHEN 'noncontract_provider' THEN 'NCP'
        ELSE '' END AS T,
    COALESCE(issue_description, '') AS U,
    CASE WHEN outcome = 'Denied' THEN COALESCE(medical_necessity_denial, '') ELSE 'None' END AS V,
    case_id,
    extract,
    extract_row,
    delegate,
    program,
    benefit
FROM (
    SELECT
        scoped.*,
        CASE WHEN request_type = 'OD' AND requester = 'noncontract_provider'
            THEN 1 ELSE 0 END AS provider_claim,
        -- a partly favorable decision is reported as Denied
        CASE
            WHEN determination = 'approved' THEN 'Approved'
            WHEN determination IN ('denied', 'partially_denied') THEN 'Denied'
            WHEN determination = 'dismissed' THEN 'Dismissed'
            ELSE '' END AS outcome
    FROM scoped
    WHERE reason IS NULL
) cases
ORDER BY population_day, case_id, extract, extract_row
