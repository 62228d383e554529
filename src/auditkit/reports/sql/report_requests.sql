-- Requests for prior authorization of items and services, one row a request, with what became of each.
-- Drugs are left out (Part B drugs by their flag, MassHealth drugs by the kind of service), and items known not to
-- need prior authorization; where the extract does not say, policy unknown_prior_authorization decides.
SELECT
    case_id,
    unit_program,
    unit_contract,
    unit_pbp,
    priority,
    disposition,
    extended,
    on_medicare,
    on_medicaid,
    received_in_year,
    CASE WHEN prior_authorization_year = 'decided' THEN decided_in_year ELSE received_in_year END AS in_year,
    CASE WHEN disposition IN ('approved', 'denied', 'partial') THEN 'Y' ELSE 'N' END AS decided,
    CASE WHEN disposition = 'approved' OR (disposition = 'partial' AND prior_authorization_partial = 'approved')
         THEN 'Y' ELSE 'N' END AS counts_approved,
    CASE WHEN disposition = 'denied' OR (disposition = 'partial' AND prior_authorization_partial = 'denied')
         THEN 'Y' ELSE 'N' END AS counts_denied,
    CASE WHEN prior_authorization_base = 'received' OR disposition IN ('approved', 'denied', 'partial')
         THEN 'Y' ELSE 'N' END AS in_base,
    -- an hour that is not known is never taken as midnight, and a decision before the receipt is no time at all
    CASE WHEN disposition IN ('approved', 'denied', 'partial') AND decided_at_sec >= received_at_sec
         THEN decided_at_sec - received_at_sec END AS seconds,
    CASE WHEN appeal_decided = 1 THEN 'Y' ELSE 'N' END AS appeal_decided,
    CASE WHEN appeal_approved = 1 THEN 'Y' ELSE 'N' END AS appeal_approved_in_full,
    CASE WHEN appeal_approved = 1 OR (appeal_partial = 1 AND prior_authorization_partial = 'approved')
         THEN 'Y' ELSE 'N' END AS appeal_approved,
    CASE
        WHEN (approved_after_appeal = 'denials' OR (approved_after_appeal = 'appeals' AND appeal_decided = 1))
             AND (disposition = 'denied' OR (disposition = 'partial' AND prior_authorization_partial = 'denied')) THEN 'Y'
        WHEN approved_after_appeal = 'requests'
             AND (prior_authorization_base = 'received' OR disposition IN ('approved', 'denied', 'partial')) THEN 'Y'
        ELSE 'N' END AS appeal_base
FROM (
    SELECT
        r.case_id,
        r.unit_program,
        r.unit_contract,
        r.unit_pbp,
        r.priority,
        r.received_at_sec,
        r.decided_at_sec,
        CASE
            WHEN r.status = 'withdrawn' THEN 'withdrawn'
            WHEN r.status = 'pending' THEN 'pending'
            WHEN r.determination = 'dismissed' THEN 'dismissed'
            WHEN r.determination IS NULL OR r.decided_at_day IS NULL THEN 'not stated'
            WHEN r.determination = 'partially_denied' THEN 'partial'
            ELSE r.determination END AS disposition,
        CASE WHEN r.extension_taken = 'Y' THEN 'Y' ELSE 'N' END AS extended,
        CASE WHEN r.received_at_day BETWEEN p.first_day AND p.last_day THEN 'Y' ELSE 'N' END AS received_in_year,
        CASE WHEN r.decided_at_day BETWEEN p.first_day AND p.last_day THEN 'Y' ELSE 'N' END AS decided_in_year,
        CASE WHEN r.unit_program IN ('one_care', 'sco')
                  AND (x.prior_authorization_sides = 'all' OR COALESCE(r.benefit, 'medicare') = 'medicare')
             THEN 'Y' ELSE 'N' END AS on_medicare,
        CASE WHEN r.unit_program IN ('one_care', 'sco')
                  AND x.prior_authorization_sides = 'by_benefit' AND COALESCE(r.benefit, 'medicare') = 'medicare'
             THEN 'N' ELSE 'Y' END AS on_medicaid,
        -- an appeal counts where the request was denied in whole or in part
        CASE WHEN r.determination IN ('denied', 'partially_denied') THEN COALESCE(a.decided, 0) ELSE 0 END
            AS appeal_decided,
        CASE WHEN r.determination IN ('denied', 'partially_denied') THEN COALESCE(a.approved, 0) ELSE 0 END
            AS appeal_approved,
        CASE WHEN r.determination IN ('denied', 'partially_denied') THEN COALESCE(a.partly, 0) ELSE 0 END
            AS appeal_partial,
        x.prior_authorization_year,
        x.prior_authorization_base,
        x.prior_authorization_partial,
        x.approved_after_appeal
    FROM placed_authorizations r
    CROSS JOIN report_period p
    CROSS JOIN report_policy x
    LEFT JOIN (
        SELECT
            original_case_id,
            MAX(CASE WHEN determination IN ('approved', 'denied', 'partially_denied') THEN 1 ELSE 0 END) AS decided,
            MAX(CASE WHEN determination = 'approved' THEN 1 ELSE 0 END) AS approved,
            MAX(CASE WHEN determination = 'partially_denied' THEN 1 ELSE 0 END) AS partly
        FROM appeals
        WHERE status = 'decided'
        GROUP BY original_case_id
    ) a ON a.original_case_id = r.case_id
    WHERE r.part_b_drug = 'N'
        AND COALESCE(r.service_category, 'other') <> 'outpatient_drugs'
        AND (r.prior_authorization = 'Y'
             OR (r.prior_authorization IS NULL AND x.unknown_prior_authorization = 'subject'))
) requests
