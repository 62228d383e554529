-- An appeal linked to a determination of another member.
SELECT s.case_id, s.extract, s.extract_row, CONCAT('a case of another member in ', d.kind) AS found
FROM appeals s
JOIN determinations d
    ON d.case_id = s.original_case_id
    AND d.kind = CASE WHEN s.appeal_type = 'payment' THEN 'claims' ELSE 'authorizations' END
WHERE d.member_id <> s.member_id
