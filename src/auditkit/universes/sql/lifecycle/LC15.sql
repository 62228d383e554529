-- A claim linked to an authorization of another member.
SELECT s.case_id, s.extract, s.extract_row, 'an authorization of another member' AS found
FROM claims s
JOIN authorizations d ON d.case_id = s.authorization_id
WHERE d.member_id <> s.member_id
