create function count_it() returns bigint language sql as 'select count(*) from old_stuff';
