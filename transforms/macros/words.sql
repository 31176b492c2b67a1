-- The words that many models share. A macro is pure: no table, no clock.

-- An identifier as payers' systems see it: upper case, no separators, no leading zeros. Payers upper-case account
-- numbers, drop hyphens and pad with zeros; '0' and blanks stand for "there was none" and become null.
create or replace macro normalised(value) as
    nullif(ltrim(regexp_replace(upper(value), '[^A-Z0-9]', '', 'g'), '0'), '');

-- The same with its leading zeros, for numbers that are short without them.
create or replace macro with_zeros(value) as
    regexp_replace(upper(value), '[^A-Z0-9]', '', 'g');

-- The form of a number: its letters and how many digits stand where. Numbers of one kind share it.
create or replace macro number_form(key) as
    regexp_replace(key, '[0-9]', '9', 'g');

-- A code of LQ, MIA or MOA is a remark code (RARC) unless LQ says that it is of another list. LQ has its code in its
-- second element, the others further on.
create or replace macro is_remark_code(code_list_qualifier_code, element_position) as
    element_position <> 2 or coalesce(code_list_qualifier_code, '') = 'HE';

-- Interest may be folded into a takeback: up to a tenth beyond what was owed does not yet make a claim or amount wrong.
create or replace macro within_interest(excess, owed) as
    excess <= owed * 0.1;

-- Money keeps its type through sums: sum() of a decimal widens it.
create or replace macro money(value) as
    cast(coalesce(value, 0) as decimal(18, 2));

-- A row's stable name: the transaction's content and the place in it, never the order of arrival.
create or replace macro place_id(transaction_id, segment_number) as
    transaction_id || '-' || segment_number;

create or replace macro pair_id(transaction_id, segment_number, element_position) as
    transaction_id || '-' || segment_number || '-' || element_position;

-- The same as a number, for joins and for order: the transaction's place among all, then the place in it. A number is
-- compared several times as fast as a name.
create or replace macro place_number(transaction_number, segment_number) as
    (cast(transaction_number as bigint) << 32) + segment_number;

-- Dollars and cents as a person writes them, for explanations. Only integers on the way: format() would go through a
-- double.
create or replace macro dollars(value) as
    if(value < 0, '-', '')
    || format('{:,}', cast(abs(cast(value as decimal(18, 2))) * 100 as bigint) // 100)
    || right(cast(cast(value as decimal(18, 2)) as varchar), 3);
