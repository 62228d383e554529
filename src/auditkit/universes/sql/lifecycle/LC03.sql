-- An appeal of an authorization that was approved in full.
SELECT s.case_id, s.extract, s.extract_row, 'the authorization was approved' AS found
FROM appeals s
JOIN authorizations d ON d.case_id = s.original_case_id AND d.member_id = s.member_id
WHERE s.appeal_type = 'pre_service' AND d.determination = 'approved'
