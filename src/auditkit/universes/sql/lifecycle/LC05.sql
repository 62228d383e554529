-- The plan's own reversal, not carried out: no effectuation of a service, no payment of a claim.
SELECT s.case_id, s.extract, s.extract_row, 'approved, not carried out' AS found
FROM appeals s
WHERE s.determination = 'approved'
    AND ((s.appeal_type = 'pre_service' AND s.effectuated_at_day IS NULL)
        OR (s.appeal_type = 'payment' AND s.paid_at_day IS NULL))
