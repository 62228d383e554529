-- Receipt on a later day than the fax header; by the day, because the sender's clock prints the header.
SELECT s.case_id, s.extract, s.extract_row,
    CONCAT('received ', s.received_at_date, ', fax header ', s.fax_header_at_date) AS found
FROM authorizations s
WHERE s.received_at_day > s.fax_header_at_day
