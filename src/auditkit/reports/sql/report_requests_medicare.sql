-- Prior authorization requests on the Medicare side: 42 CFR 422.122(c), by contract.
SELECT * FROM report_requests WHERE on_medicare = 'Y'
