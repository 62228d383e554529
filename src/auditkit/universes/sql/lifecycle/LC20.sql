-- An effectuation that the record of the reviewers above contradicts. A record that says nothing of them is no
-- contradiction: many plans keep those decisions elsewhere.
SELECT s.case_id, s.extract, s.extract_row,
    CASE WHEN s.overturned_by = 'ire' THEN CONCAT('outcome at the Part D IRE: ', a.ire_outcome)
        ELSE CONCAT('last decided by ', COALESCE(a.higher_reviewer, 'a reviewer not named'), ': ', a.higher_outcome)
        END AS found
FROM effectuations s
JOIN (
    SELECT case_id, CAST(NULL AS VARCHAR(40)) AS ire_outcome, higher_reviewer, higher_outcome FROM appeals
    UNION ALL
    SELECT case_id, ire_outcome, higher_reviewer, higher_outcome FROM redeterminations
) a ON a.case_id = s.appeal_id
WHERE (s.overturned_by = 'ire' AND a.ire_outcome NOT IN ('overturned', 'partially_overturned'))
    OR (s.overturned_by IN ('alj', 'council', 'court') AND (
        a.higher_outcome NOT IN ('overturned', 'partially_overturned')
        OR (a.higher_outcome IS NOT NULL AND a.higher_reviewer <> s.overturned_by)))
