-- A name for a row that people wrote: made of its content, so that the same row delivered twice is one.
create or replace macro row_id(kind, cells) as
    kind || '-' || left(md5(array_to_string(list_transform(cells, lambda cell: coalesce(cell, '')), chr(31))), 24);

-- A day so many months or days after another.
create or replace macro day_after(day, count, unit) as
    cast(day + if(unit = 'months', to_months(cast(count as integer)), to_days(cast(count as integer))) as date);
