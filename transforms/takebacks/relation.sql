-- grain: one row per relation of a payer and a payee, with the payee's enterprise
-- scope: whole
select remittance.relation_number, remittance.payer_key, remittance.payee_key, enterprise.enterprise_number
from staging.remittance as remittance
join takebacks.enterprise as enterprise on enterprise.party_key = remittance.payee_key
group by all
