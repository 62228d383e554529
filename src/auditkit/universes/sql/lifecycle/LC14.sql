-- A claim paid under an authorization denied in full that no appeal, IRE or fair hearing reversed.
SELECT s.case_id, s.extract, s.extract_row, CONCAT('paid ', s.paid_at_date, ', authorization denied') AS found
FROM claims s
JOIN authorizations d ON d.case_id = s.authorization_id AND d.member_id = s.member_id
WHERE s.paid_at_day IS NOT NULL AND d.determination = 'denied'
    AND NOT EXISTS (
        SELECT 1 FROM appeals a
        WHERE a.original_case_id = d.case_id
            AND (a.determination IN ('approved', 'partially_denied')
                OR a.ire_outcome IN ('overturned', 'partially_overturned')
                OR a.fair_hearing_outcome IN ('overturned', 'partially_overturned'))
    )
