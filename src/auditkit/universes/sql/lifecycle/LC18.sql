-- A reduction of a service that was never approved.
SELECT s.case_id, s.extract, s.extract_row, CONCAT('the authorization was ', d.determination) AS found
FROM reductions s
JOIN authorizations d ON d.case_id = s.authorization_id AND d.member_id = s.member_id
WHERE d.determination IN ('denied', 'dismissed')
