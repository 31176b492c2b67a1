-- grain: true or false
-- says: whether two numbers are the same but for case, separators and leading zeros
create macro same_number(one, other) as
    ltrim(regexp_replace(upper(one), '[^A-Z0-9]', '', 'g'), '0')
    = ltrim(regexp_replace(upper(other), '[^A-Z0-9]', '', 'g'), '0');
