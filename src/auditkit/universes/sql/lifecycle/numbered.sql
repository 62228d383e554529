-- Every case number with its table; `place` orders the tables as a case passes through them.
SELECT case_id, member_id, 1 AS place, 'authorizations' AS kind FROM authorizations
UNION ALL SELECT case_id, member_id, 2, 'claims' FROM claims
UNION ALL SELECT case_id, member_id, 3, 'appeals' FROM appeals
UNION ALL SELECT case_id, member_id, 4, 'grievances' FROM grievances
UNION ALL SELECT case_id, member_id, 5, 'coverage_determinations' FROM coverage_determinations
UNION ALL SELECT case_id, member_id, 6, 'redeterminations' FROM redeterminations
