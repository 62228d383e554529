-- What can be appealed under Part C: organization determinations and payment determinations, one row each.
SELECT case_id, member_id, 'authorizations' AS kind, determination,
    decided_at_date, decided_at_time, decided_at_day, decided_at_sec
FROM authorizations
UNION ALL
SELECT case_id, member_id, 'claims' AS kind, determination,
    decided_at_date, decided_at_time, decided_at_day, decided_at_sec
FROM claims
