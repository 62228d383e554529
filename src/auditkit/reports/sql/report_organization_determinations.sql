-- Organization determinations of Part C reporting: requests for services, and claims that are determinations.
-- A claim of a provider under contract is none. One row a case; withdrawn cases have no day of withdrawal and count
-- by the day of receipt.
SELECT
    case_id,
    unit_program,
    unit_contract,
    unit_pbp,
    kind,
    side,
    disposition,
    CASE WHEN count_day BETWEEN first_day AND last_day THEN 'Y' ELSE 'N' END AS in_period
FROM (
    SELECT
        d.*,
        p.first_day,
        p.last_day,
        CASE WHEN status = 'withdrawn' THEN received_at_day
             ELSE COALESCE(decided_at_day, received_at_day) END AS count_day,
        CASE
            WHEN status IN ('withdrawn', 'pending') THEN status
            WHEN determination = 'dismissed' THEN 'dismissed'
            WHEN determination IS NULL OR decided_at_day IS NULL THEN 'not stated'
            WHEN determination = 'partially_denied' THEN 'partial'
            ELSE determination END AS disposition
    FROM (
        SELECT
            case_id, unit_program, unit_contract, unit_pbp, status, determination, received_at_day, decided_at_day,
            benefit,
            'services' AS kind,
            CASE WHEN requester = 'noncontract_provider' THEN 'noncontract' ELSE 'enrollee' END AS side
        FROM placed_authorizations
        UNION ALL
        SELECT
            case_id, unit_program, unit_contract, unit_pbp, status, determination, received_at_day, decided_at_day,
            benefit,
            'claims' AS kind,
            CASE WHEN claim_type = 'provider_claim' THEN 'noncontract' ELSE 'enrollee' END AS side
        FROM placed_claims
        WHERE NOT (requester = 'contract_provider' OR (claim_type = 'provider_claim' AND contracted = 'Y'))
    ) d
    CROSS JOIN report_period p
    CROSS JOIN report_policy x
    WHERE x.medicaid_benefit = 'included' OR COALESCE(d.benefit, 'medicare') = 'medicare'
) determinations
